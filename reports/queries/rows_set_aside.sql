-- Rows that could not be used: lines that could not be read, and rows that contradict the rules, by reason.
with set_aside as (
    select
        clinic_id,
        source_system,
        file as place,
        column_name,
        reason,
        'rejected' as step
    from ops.rejected_rows
    union all
    select
        clinic_id,
        source_system,
        table_name as place,
        column_name,
        reason,
        'quarantined' as step
    from ops.quarantined_rows
)

select
    $whose as clinic_id,
    step,
    source_system,
    place,
    column_name,
    reason,
    count(*) as rows_count
from set_aside
where clinic_id in $clinics
group by all
order by clinic_id, step, rows_count desc, source_system, place, column_name, reason
