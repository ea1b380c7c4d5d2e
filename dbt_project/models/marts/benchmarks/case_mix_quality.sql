with predictions as (
    select predictions.*
    from {{ ref('int_case_mix_predictions') }} as predictions
    cross join {{ source('inputs', 'parameters') }} as parameters
    where predictions.month > parameters.month - interval 12 month
),

cells as (
    select
        indicator_id,
        probability,
        sum(events) as events,
        sum(cases - events) as others
    from predictions
    group by indicator_id, probability
),

-- The others with a lower probability, and half of those with the same.
ranked as (
    select
        indicator_id,
        events,
        others,
        sum(others) over (partition by indicator_id order by probability) - others / 2 as others_below
    from cells
),

discriminated as (
    select
        indicator_id,
        sum(events * others_below) / nullif(sum(events) * sum(others), 0) as auc
    from ranked
    group by indicator_id
)

select
    predictions.indicator_id,
    predictions.version,
    cast(sum(predictions.cases) as bigint) as cases,
    cast(sum(predictions.events) as bigint) as observed,
    sum(predictions.cases * predictions.probability) as expected,
    discriminated.auc,
    coalesce(sum(predictions.cases) filter (where predictions.is_baseline_unknown), 0) / sum(predictions.cases) as baseline_unknown_rate,
    coalesce(sum(predictions.cases) filter (where predictions.age_band = 'unknown'), 0) / sum(predictions.cases) as age_unknown_rate,
    coalesce(sum(predictions.cases) filter (where predictions.gender = 'unknown'), 0) / sum(predictions.cases) as gender_unknown_rate,
    coalesce(sum(predictions.cases) filter (where predictions.employment = 'unknown'), 0) / sum(predictions.cases) as employment_unknown_rate,
    coalesce(sum(predictions.cases) filter (where predictions.problem = 'unknown'), 0) / sum(predictions.cases) as problem_unknown_rate,
    coalesce(sum(predictions.cases) filter (where predictions.deprivation = 'unknown'), 0) / sum(predictions.cases) as deprivation_unknown_rate
from predictions
inner join discriminated on discriminated.indicator_id = predictions.indicator_id
group by predictions.indicator_id, predictions.version, discriminated.auc
