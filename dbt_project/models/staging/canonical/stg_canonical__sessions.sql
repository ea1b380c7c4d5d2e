{{ staged_sessions('canonical') }}
