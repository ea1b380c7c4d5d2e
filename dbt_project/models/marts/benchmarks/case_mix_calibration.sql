with cells as (
    select
        predictions.indicator_id,
        predictions.version,
        predictions.probability,
        sum(predictions.cases) as cases,
        sum(predictions.events) as events
    from {{ ref('int_case_mix_predictions') }} as predictions
    cross join {{ source('inputs', 'parameters') }} as parameters
    where predictions.month > parameters.month - interval 12 month
    group by predictions.indicator_id, predictions.version, predictions.probability
),

-- A cell belongs to the tenth in which its middle case lies, so that people with one probability stay together.
placed as (
    select
        indicator_id,
        version,
        cast(floor(10 * (sum(cases) over so_far - cases / 2) / sum(cases) over (partition by indicator_id)) as integer) + 1 as tenth,
        probability,
        cases,
        events
    from cells
    window so_far as (partition by indicator_id order by probability)
)

select
    indicator_id,
    version,
    tenth,
    cast(sum(cases) as bigint) as cases,
    cast(sum(events) as bigint) as observed,
    sum(cases * probability) as expected,
    sum(events) / sum(cases) as observed_rate,
    sum(cases * probability) / sum(cases) as expected_rate
from placed
group by indicator_id, version, tenth
