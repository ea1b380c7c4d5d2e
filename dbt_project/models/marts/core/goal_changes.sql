select
    episode_key,
    goal_key,
    clinic_id,
    scale,
    phase,
    weight,
    first_rating,
    first_on,
    last_rating,
    last_on,
    is_last_carried,
    change,
    ineligible_reason is null as is_eligible,
    ineligible_reason,
    is_achieved,
    is_reliably_improved,
    is_reliably_deteriorated
from {{ ref('int_goal_pairs') }}
where has_pair
