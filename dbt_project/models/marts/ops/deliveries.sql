select
    clinic_id,
    source_system,
    delivery,
    delivered_on,
    file,
    table_name,
    sha256,
    bytes,
    rows_read,
    rows_admitted,
    rows_rejected,
    decision,
    reason,
    is_current,
    warnings
from {{ source('inputs', 'deliveries') }}
