{{ config(materialized='view') }}

with placed as (
    select
        ratings.clinic_id,
        ratings.source_system,
        ratings.raw_table,
        ratings.file_sha256,
        ratings.source_line,
        goals.goal_key,
        goals.episode_key,
        goals.scale,
        ratings.rated_on,
        ratings.rating,
        case goals.scale when 'gbo' then 0 when 'gas' then -2 end as lowest,
        case goals.scale when 'gbo' then 10 when 'gas' then 2 end as highest
    from {{ ref('int_goal_ratings_unioned') }} as ratings
    left join {{ ref('int_goals_placed') }} as goals
        on ratings.goal_pseudonym = goals.goal_key
        and ratings.clinic_id = goals.clinic_id
        and goals.row_reason is null
    where ratings.row_state = 'current'
)

select
    clinic_id,
    source_system,
    raw_table,
    file_sha256,
    source_line,
    goal_key,
    episode_key,
    rated_on,
    rating,
    case
        when goal_key is null then 'unknown goal'
        when rating < lowest or rating > highest then 'a rating outside its scale'
    end as row_reason,
    case
        when goal_key is null then 'goal_pseudonym'
        when rating < lowest or rating > highest then 'rating'
    end as row_column
from placed
