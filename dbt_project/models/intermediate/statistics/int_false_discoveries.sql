with family as (
    select
        points.clinic_id,
        points.month,
        points.indicator_id,
        limits.p_value
    from {{ ref('int_funnel_points') }} as points
    inner join {{ ref('int_binomial_limits') }} as limits using (clinic_id, month, indicator_id, target_id)
    cross join {{ ref('int_benchmark_parameters') }} as parameters
    where points.target_id = 'network' and points.denominator >= parameters.minimum_denominator_compared
),

-- Equal p values share the highest of their ranks: without `rows`, a window frame takes in the peers.
ranked as (
    select
        clinic_id,
        month,
        indicator_id,
        p_value,
        p_value * count(*) over (partition by month) / count(*) over (partition by month order by p_value) as p_value_at_rank
    from family
),

adjusted as (
    select
        clinic_id,
        month,
        indicator_id,
        p_value,
        min(p_value_at_rank) over (partition by month order by p_value desc) as p_value_adjusted
    from ranked
)

select
    adjusted.clinic_id,
    adjusted.month,
    adjusted.indicator_id,
    adjusted.p_value,
    adjusted.p_value_adjusted,
    adjusted.p_value_adjusted <= parameters.false_discovery_rate as is_significant
from adjusted
cross join {{ ref('int_benchmark_parameters') }} as parameters
