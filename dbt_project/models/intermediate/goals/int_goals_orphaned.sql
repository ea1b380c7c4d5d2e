{{ orphaned_rows(ref('int_goals_placed')) }}
