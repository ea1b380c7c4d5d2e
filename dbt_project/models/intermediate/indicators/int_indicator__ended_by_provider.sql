select
    episode_key as item_key,
    clinic_id,
    ended_on as counted_on,
    case when ending_class <> 'unknown' then ending_class = 'provider' end as is_numerator,
    ending_class = 'external' as is_excluded
from {{ ref('episodes') }}
where ended_on is not null and attended_treatment_sessions >= 1
