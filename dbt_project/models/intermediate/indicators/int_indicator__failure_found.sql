with found as (
    select
        episode_key,
        bool_or(is_present) as is_found
    from {{ ref('int_computed_factors') }}
    group by episode_key
)

select
    episodes.episode_key as item_key,
    episodes.clinic_id,
    episodes.ended_on as counted_on,
    found.is_found as is_numerator,
    false as is_excluded
from {{ ref('episodes') }} as episodes
inner join found on found.episode_key = episodes.episode_key
where episodes.attended_treatment_sessions >= 1
