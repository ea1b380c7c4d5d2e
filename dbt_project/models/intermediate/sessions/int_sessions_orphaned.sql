{{ orphaned_rows(ref('int_sessions_placed')) }}
