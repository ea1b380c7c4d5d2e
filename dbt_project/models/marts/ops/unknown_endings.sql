select
    clinic_id,
    source_system,
    coalesce(ending_source_code, '') as ending_source_code,
    count(*) as episodes,
    max(ended_on) as last_ended_on
from {{ ref('episodes') }}
where ended_on is not null and ending = 'unknown'
group by clinic_id, source_system, coalesce(ending_source_code, '')
