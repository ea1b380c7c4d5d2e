{{ orphaned_rows(ref('int_reviews_placed')) }}
