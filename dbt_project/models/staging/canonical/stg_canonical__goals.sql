{{ staged_goals('canonical') }}
