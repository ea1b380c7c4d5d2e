{{ staged_clients('canonical') }}
