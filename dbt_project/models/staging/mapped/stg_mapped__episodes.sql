{{ staged_episodes('mapped') }}
