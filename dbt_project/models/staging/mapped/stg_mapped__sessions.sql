{{ staged_sessions('mapped') }}
