{{ staged_goal_ratings('canonical') }}
