select
    episode_key as item_key,
    clinic_id,
    ended_on as counted_on,
    is_short_worsening as is_numerator,
    false as is_excluded
from {{ ref('int_episode_courses') }}
