{{ staged_episodes('canonical') }}
