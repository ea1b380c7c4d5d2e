select
    as_of,
    month,
    network_name,
    disclosure,
    language
from {{ source('inputs', 'parameters') }}
