{{ staged_clients('mapped') }}
