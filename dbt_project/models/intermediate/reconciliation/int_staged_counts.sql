with staged as (
    {{ staged_row_states() }}
)

select
    clinic_id,
    source_system,
    raw_table,
    count(*) as rows_staged
from staged
group by clinic_id, source_system, raw_table
