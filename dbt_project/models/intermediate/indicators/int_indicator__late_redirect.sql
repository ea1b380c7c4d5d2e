select
    episode_key as item_key,
    clinic_id,
    ended_on as counted_on,
    is_late_redirect as is_numerator,
    false as is_excluded
from {{ ref('episode_outcomes') }}
where consultation_outcome = 'accepted'
