with reviews as (
    select distinct episode_key
    from {{ ref('int_reviewed_factors') }}
)

select
    episodes.episode_key as item_key,
    episodes.clinic_id,
    episodes.ended_on as counted_on,
    reviews.episode_key is not null as is_numerator,
    false as is_excluded
from {{ ref('episodes') }} as episodes
left join reviews on reviews.episode_key = episodes.episode_key
where episodes.ended_on is not null and episodes.attended_treatment_sessions >= 1
