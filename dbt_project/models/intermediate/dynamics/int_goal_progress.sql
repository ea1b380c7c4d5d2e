with ratings as (
    select
        goals.episode_key,
        goals.goal_key,
        goals.scale,
        coalesce(goals.weight, 1) as weight,
        goal_ratings.rated_on,
        goal_ratings.rating,
        row_number() over goal as number,
        first_value(goal_ratings.rating) over goal as first_rating,
        lead(goal_ratings.rated_on) over goal as next_rated_on
    from {{ ref('goals') }} as goals
    inner join {{ ref('goal_ratings') }} as goal_ratings on goals.goal_key = goal_ratings.goal_key
    window goal as (partition by goals.goal_key order by goal_ratings.rated_on, goal_ratings.rating)
)

select
    episode_key,
    goal_key,
    scale,
    weight,
    rated_on,
    next_rated_on,
    cast(rating - first_rating as decimal(9, 3)) as progress
from ratings
where number > 1
