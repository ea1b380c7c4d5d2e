-- Functioning before wellbeing, as the measures are ranked; one with a pair before one without. The client's own view before anybody else's.
with ranked as (
    select
        episode_key,
        measure_id,
        rater,
        change,
        is_reliably_improved,
        is_reliably_deteriorated,
        (
            outcome_rank,
            case rater when 'self' then 1 when 'parent' then 2 else 3 end,
            measure_id
        ) as place
    from {{ ref('int_measure_changes') }}
    where
        axis in ('functioning', 'wellbeing')
        and outcome_rank is not null
        and has_pair
)

select
    episode_key,
    min_by(measure_id, place) as life_measure_id,
    min_by(change, place) as life_change,
    min_by(is_reliably_improved, place) as is_life_improved,
    min_by(is_reliably_deteriorated, place) as is_life_deteriorated
from ranked
group by episode_key
