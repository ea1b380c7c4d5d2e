select
    clinic_id,
    source_system,
    delivery,
    file,
    line,
    column_name,
    reason
from {{ source('inputs', 'rejected_rows') }}
