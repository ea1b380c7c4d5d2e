-- The arcsine scale, on which a proportion's standard error depends on the denominator only (Freeman & Tukey 1950).
with counted as (
    select
        counts.clinic_id,
        counts.month,
        counts.indicator_id,
        counts.numerator,
        counts.denominator
    from {{ ref('int_clinic_counts') }} as counts
    cross join {{ ref('int_benchmark_parameters') }} as parameters
    where
        counts.span = 'rolling_12'
        and counts.is_applicable
        and counts.denominator >= parameters.minimum_denominator_shown
),

network as (
    select
        counts.month,
        counts.indicator_id,
        'network' as target_id,
        counts.numerator / counts.denominator as target
    from {{ ref('int_network_counts') }} as counts
    cross join {{ ref('int_benchmark_parameters') }} as parameters
    where counts.span = 'rolling_12' and counts.clinics >= parameters.minimum_clinics_compared
),

-- Published figures over the same denominator, for the reported month only.
published as (
    select
        run.month,
        benchmarks.indicator_id,
        benchmarks.benchmark_id as target_id,
        benchmarks.rate as target
    from {{ ref('published_benchmarks') }} as benchmarks
    cross join {{ source('inputs', 'parameters') }} as run
    where benchmarks.is_comparable and benchmarks.rate is not null
),

targets as (
    select month, indicator_id, target_id, target from network
    union all
    select month, indicator_id, target_id, target from published
)

select
    counted.clinic_id,
    counted.month,
    counted.indicator_id,
    targets.target_id,
    counted.numerator,
    counted.denominator,
    targets.target,
    1 / (2 * sqrt(counted.denominator)) as standard_error,
    (asin(sqrt(counted.numerator / counted.denominator)) - asin(sqrt(targets.target))) * 2 * sqrt(counted.denominator) as z_score
from counted
inner join targets on targets.month = counted.month and targets.indicator_id = counted.indicator_id
