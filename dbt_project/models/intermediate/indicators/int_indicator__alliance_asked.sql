select
    episode_key as item_key,
    clinic_id,
    ended_on as counted_on,
    alliance_scores > 0 as is_numerator,
    false as is_excluded
from {{ ref('episode_outcomes') }}
where is_finished
