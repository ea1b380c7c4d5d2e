{{ config(materialized='table') }}

with courses as (
    select
        episode_key,
        bool_or(is_rupture_evaluable) as is_evaluable
    from {{ ref('int_alliance_courses') }}
    group by episode_key
),

ruptures as (
    select
        episode_key,
        bool_and(resolution = 'repaired') as is_repaired
    from {{ ref('alliance_events') }}
    where event = 'definite_rupture'
    group by episode_key
)

select
    outcomes.episode_key,
    outcomes.clinic_id,
    outcomes.ended_on,
    coalesce(courses.is_evaluable, false) as is_evaluable,
    ruptures.episode_key is not null as has_rupture,
    ruptures.is_repaired
from {{ ref('episode_outcomes') }} as outcomes
left join courses on courses.episode_key = outcomes.episode_key
left join ruptures on ruptures.episode_key = outcomes.episode_key
where outcomes.is_finished
