{{ staged_practitioners('mapped') }}
