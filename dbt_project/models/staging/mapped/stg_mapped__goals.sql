{{ staged_goals('mapped') }}
