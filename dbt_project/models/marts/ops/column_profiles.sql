select
    clinic_id,
    source_system,
    delivery,
    table_name,
    column_name,
    {{ adapter.quote('rows') }} as rows_profiled,
    missing,
    invalid,
    distinct_values,
    minimum,
    maximum,
    known_share
from {{ source('inputs', 'profiles') }}
