select
    goals.goal_key as item_key,
    goals.clinic_id,
    episodes.ended_on as counted_on,
    case when goals.has_pair then goals.is_achieved end as is_numerator,
    goals.ineligible_reason is not null as is_excluded
from {{ ref('int_goal_pairs') }} as goals
inner join {{ ref('episodes') }} as episodes on episodes.episode_key = goals.episode_key
where episodes.is_finished and goals.phase = 'at_start'
