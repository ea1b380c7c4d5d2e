-- Every administration, also one whose total is invalid or that stands beside another of the same day: an answer about risk is never left out.
with answers as (
    select
        scores.score_key,
        scores.episode_key,
        scores.clinic_id,
        scores.measure_id,
        scores.rater,
        scores.measured_on,
        cast(measures.risk_item as {{ dbt.type_string() }}) as question,
        scores.risk_answer as answer
    from {{ ref('measure_scores') }} as scores
    inner join {{ ref('int_measures') }} as measures on scores.measure_id = measures.measure_id
    where measures.risk_item is not null and scores.items_answered > 0
    union all
    select
        subscales.score_key,
        subscales.episode_key,
        subscales.clinic_id,
        subscales.measure_id,
        scores.rater,
        subscales.measured_on,
        'risk subscale' as question,
        subscales.total as answer
    from {{ ref('subscale_scores') }} as subscales
    inner join {{ ref('measure_scores') }} as scores on subscales.score_key = scores.score_key
    where subscales.subscale_id = 'core_om_risk'
)

select
    score_key,
    episode_key,
    clinic_id,
    measure_id,
    rater,
    measured_on,
    question,
    answer,
    answer > 0 as is_raised
from answers
