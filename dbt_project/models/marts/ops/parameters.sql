select
    as_of,
    month,
    network_name,
    disclosure
from {{ source('inputs', 'parameters') }}
