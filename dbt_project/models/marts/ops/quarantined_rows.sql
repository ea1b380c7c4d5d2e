with files as (
    -- one file can have come in several deliveries; the newest names it
    select
        clinic_id,
        source_system,
        sha256,
        max(delivery) as delivery,
        max(file) as file
    from {{ source('inputs', 'deliveries') }}
    where is_current
    group by clinic_id, source_system, sha256
)

select
    states.clinic_id,
    states.source_system,
    files.delivery,
    files.file,
    states.raw_table as table_name,
    states.source_line as line,
    states.row_column as column_name,
    states.row_reason as reason
from {{ ref('int_row_states') }} as states
left join files
    on states.clinic_id = files.clinic_id
    and states.source_system = files.source_system
    and states.file_sha256 = files.sha256
where states.row_state = 'quarantined'
