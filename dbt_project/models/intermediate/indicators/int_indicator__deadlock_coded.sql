with reviews as (
    select
        episode_key,
        bool_or(factor = 'deadlock') as is_coded
    from {{ ref('int_reviewed_factors') }}
    group by episode_key
)

select
    episodes.episode_key as item_key,
    episodes.clinic_id,
    episodes.ended_on as counted_on,
    reviews.is_coded as is_numerator,
    false as is_excluded
from {{ ref('episodes') }} as episodes
inner join reviews on reviews.episode_key = episodes.episode_key
where episodes.ended_on is not null and episodes.attended_treatment_sessions >= 1
