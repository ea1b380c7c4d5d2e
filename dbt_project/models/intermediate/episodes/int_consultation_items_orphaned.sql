{{ orphaned_rows(ref('int_consultation_items_placed')) }}
