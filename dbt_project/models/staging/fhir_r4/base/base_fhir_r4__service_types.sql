-- A resource may carry several codes of service; the first known kind in the order of the alphabet (assessment before treatment) holds.
with service_types as (
    select service_type from {{ source('raw_fhir_r4', 'appointments') }}
    union
    select service_type from {{ source('raw_fhir_r4', 'encounters') }}
)

select
    service_types.service_type,
    min(kinds.value) as kind
from service_types
inner join {{ ref('fhir_codes') }} as kinds
    on kinds.field = 'service_type'
    and concat(' ', coalesce(service_types.service_type, 'none'), ' ') like concat('% ', kinds.source_code, ' %')
group by service_types.service_type
