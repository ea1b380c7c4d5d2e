select
    clinic_id,
    'pmhc_mds' as source_system,
    'metadata' as raw_table,
    file_sha256,
    source_line,
    {{ adapter.quote('key') }} as fact,
    {{ adapter.quote('value') }} as value,
    'current' as row_state,
    cast(null as string) as row_reason,
    cast(null as string) as row_column
from {{ source('raw_pmhc_mds', 'metadata') }}
