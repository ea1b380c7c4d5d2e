with first_scores as (
    select scores.episode_key, min(scores.measured_on) as first_on
    from {{ ref('measure_scores') }} as scores
    inner join {{ ref('measures') }} as measures on measures.measure_id = scores.measure_id
    where scores.is_used and measures.axis = 'symptoms'
    group by scores.episode_key
)

select
    episodes.episode_key as item_key,
    episodes.clinic_id,
    episodes.first_treatment_on as counted_on,
    coalesce(first_scores.first_on <= episodes.first_treatment_on, false) as is_numerator,
    false as is_excluded
from {{ ref('episodes') }} as episodes
left join first_scores on first_scores.episode_key = episodes.episode_key
where episodes.first_treatment_on is not null
