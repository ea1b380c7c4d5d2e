select
    episode_key as item_key,
    clinic_id,
    ended_on as counted_on,
    is_goals_attained as is_numerator,
    coalesce(goals_recorded, 0) = 0 as is_excluded
from {{ ref('episode_outcomes') }}
where is_finished
