{{ orphaned_rows(ref('int_scores_placed')) }}
