{{ staged_goal_ratings('mapped') }}
