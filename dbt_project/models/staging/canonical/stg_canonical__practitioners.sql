{{ staged_practitioners('canonical') }}
