-- Sums of scores and their products are all that means, spreads and the line from first to last scores need. Turned so that higher is worse.
with turned as (
    select
        outcomes.clinic_id,
        cast(date_trunc('month', outcomes.ended_on) as date) as month,
        changes.measure_id,
        changes.has_pair,
        changes.is_clinical_first,
        cast(case measures.higher_is when 'worse' then changes.first_score else -changes.first_score end as double) as first_severity,
        cast(case measures.higher_is when 'worse' then changes.last_score else -changes.last_score end as double) as last_severity
    from {{ ref('episode_outcomes') }} as outcomes
    inner join {{ ref('int_measure_changes') }} as changes on changes.episode_key = outcomes.episode_key
    inner join {{ ref('int_measures') }} as measures on measures.measure_id = changes.measure_id
    cross join {{ source('inputs', 'parameters') }} as parameters
    where
        outcomes.is_finished
        and changes.rater = 'self'
        and measures.axis in ('symptoms', 'functioning', 'wellbeing')
        and outcomes.ended_on <= parameters.as_of
        and cast(date_trunc('month', outcomes.ended_on) as date) <= parameters.month
)

select
    clinic_id,
    month,
    measure_id,
    count(*) filter (where has_pair) as cases,
    coalesce(sum(first_severity) filter (where has_pair), 0) as first_sum,
    coalesce(sum(first_severity * first_severity) filter (where has_pair), 0) as first_squares,
    count(*) filter (where has_pair and is_clinical_first) as clinical_cases,
    count(*) filter (where not has_pair and is_clinical_first) as clinical_missing,
    coalesce(sum(first_severity) filter (where has_pair and is_clinical_first), 0) as clinical_first_sum,
    coalesce(sum(last_severity) filter (where has_pair and is_clinical_first), 0) as clinical_last_sum,
    coalesce(sum(first_severity * first_severity) filter (where has_pair and is_clinical_first), 0) as clinical_first_squares,
    coalesce(sum(last_severity * last_severity) filter (where has_pair and is_clinical_first), 0) as clinical_last_squares,
    coalesce(sum(first_severity * last_severity) filter (where has_pair and is_clinical_first), 0) as clinical_products
from turned
group by clinic_id, month, measure_id
