select
    episode_key as item_key,
    clinic_id,
    ended_on as counted_on,
    ending_class <> 'unknown' as is_numerator,
    false as is_excluded
from {{ ref('episodes') }}
where ended_on is not null and attended_treatment_sessions >= 1
