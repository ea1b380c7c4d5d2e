-- Coefficients hold for the network that they were fitted on, from the month that its case-mix model names.
with in_force as (
    select
        models.indicator_id,
        models.version
    from {{ ref('case_mix_models') }} as models
    inner join {{ source('inputs', 'parameters') }} as parameters
        on parameters.network_name = models.network_name and parameters.month >= models.in_force_from
    qualify row_number() over (partition by models.indicator_id order by models.in_force_from desc, models.version desc) = 1
),

weighted as (
    select
        in_force.indicator_id,
        in_force.version,
        map_from_entries(list((coefficients.term || ':' || coefficients.level, coefficients.coefficient))) as weights
    from in_force
    inner join {{ ref('case_mix_coefficients') }} as coefficients
        on coefficients.indicator_id = in_force.indicator_id and coefficients.version = in_force.version
    group by in_force.indicator_id, in_force.version
),

standardised as (
    select
        counts.*,
        weighted.version,
        weighted.weights,
        (counts.baseline_severity - baselines.mean) / baselines.sd as baseline
    from {{ ref('int_case_mix_counts') }} as counts
    inner join weighted on weighted.indicator_id = counts.indicator_id
    left join {{ ref('case_mix_baselines') }} as baselines
        on baselines.version = weighted.version and baselines.measure_id = counts.baseline_measure_id
),

summed as (
    select
        *,
        weights['intercept:'] + {{ case_mix_term('weights', 'age_band') }} + {{ case_mix_term('weights', 'gender') }}
        + {{ case_mix_term('weights', 'employment') }} + {{ case_mix_term('weights', 'problem') }} + {{ case_mix_term('weights', 'deprivation') }}
        + case
            when baseline is null then coalesce(weights['baseline:unknown'], 0)
            else weights['baseline:linear'] * baseline + weights['baseline:squared'] * power(baseline, 2)
        end as logit
    from standardised
)

select
    clinic_id,
    month,
    indicator_id,
    version,
    baseline is null as is_baseline_unknown,
    age_band,
    gender,
    employment,
    problem,
    deprivation,
    cases,
    events,
    1 / (1 + exp(-logit)) as probability
from summed
