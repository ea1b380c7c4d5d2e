select
    ratings.goal_key,
    goals.episode_key,
    goals.clinic_id,
    ratings.rated_on,
    ratings.rating
from {{ ref('int_goal_ratings_placed') }} as ratings
inner join {{ ref('goals') }} as goals on ratings.goal_key = goals.goal_key
cross join {{ source('inputs', 'parameters') }} as parameters
where
    ratings.row_reason is null
    and ratings.rated_on <= parameters.as_of
