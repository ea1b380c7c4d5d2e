select
    episode_key as item_key,
    clinic_id,
    ended_on as counted_on,
    is_ended_before_treatment as is_numerator,
    false as is_excluded
from {{ ref('episodes') }}
where ended_on is not null
