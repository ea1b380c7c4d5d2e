{{ orphaned_rows(ref('int_goal_ratings_placed')) }}
