{{ orphaned_rows(ref('int_episodes_placed')) }}
