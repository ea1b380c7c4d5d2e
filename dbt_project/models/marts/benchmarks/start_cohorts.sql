{# Steps of 30 days, two years of them. #}
with started as (
    select
        episodes.clinic_id,
        cast(date_trunc('quarter', episodes.first_treatment_on) as date) as started_quarter,
        {{ days_between('episodes.first_treatment_on', 'coalesce(episodes.ended_on, parameters.as_of)') }} // 30 + 1 as last_step,
        episodes.ending_class
    from {{ ref('episodes') }} as episodes
    cross join {{ source('inputs', 'parameters') }} as parameters
    where episodes.first_treatment_on is not null
),

steps as (
    select unnest(range(1, 25)) as step
),

counted as (
    select
        started.clinic_id,
        started.started_quarter,
        steps.step,
        count(*) as at_risk,
        count(*) filter (where started.last_step = steps.step and started.ending_class = 'client_unplanned') as unplanned,
        count(*) filter (where started.last_step = steps.step and started.ending_class = 'unknown') as unknown,
        count(*) filter (where started.last_step = steps.step and coalesce(started.ending_class, '') not in ('client_unplanned', 'unknown')) as withdrawn
    from started
    inner join steps on started.last_step >= steps.step
    group by started.clinic_id, started.started_quarter, steps.step
)

-- Actuarial life table: who ended otherwise or is still in therapy counts for half of the step. An unknown ending is no planned one: once out, once in.
select
    clinic_id,
    started_quarter,
    step * 30 as days_since_start,
    at_risk,
    unplanned,
    unknown,
    withdrawn,
    round(product(1 - unplanned / nullif(at_risk - (withdrawn + unknown) / 2, 0)) over course, 6) as stayed_rate,
    round(product(1 - (unplanned + unknown) / nullif(at_risk - withdrawn / 2, 0)) over course, 6) as stayed_rate_lower_bound
from counted
window course as (partition by clinic_id, started_quarter order by step)
