with placed as (
    select
        points.clinic_id,
        points.month,
        points.indicator_id,
        points.target_id as benchmark_id,
        points.numerator,
        points.denominator,
        points.numerator / points.denominator as rate,
        points.target as benchmark_rate,
        limits.funnel_lower_95,
        limits.funnel_upper_95,
        limits.funnel_lower_998,
        limits.funnel_upper_998,
        limits.p_value,
        {{ funnel_zone('points.numerator / points.denominator', 'limits') }} as zone,
        clinics.comparison = 'cannot_be_compared' as is_incomparable,
        points.denominator < parameters.minimum_denominator_compared as is_small
    from {{ ref('int_funnel_points') }} as points
    inner join {{ ref('int_binomial_limits') }} as limits using (clinic_id, month, indicator_id, target_id)
    inner join {{ ref('clinic_months') }} as clinics
        on clinics.clinic_id = points.clinic_id
        and clinics.month = points.month
        and clinics.indicator_id = points.indicator_id
        and clinics.span = 'rolling_12'
    cross join {{ ref('int_benchmark_parameters') }} as parameters
    where points.target_id <> 'network'
)

select
    clinic_id,
    month,
    indicator_id,
    benchmark_id,
    numerator,
    denominator,
    rate,
    benchmark_rate,
    funnel_lower_95,
    funnel_upper_95,
    funnel_lower_998,
    funnel_upper_998,
    p_value,
    case
        when is_small then 'not_compared'
        when is_incomparable then 'cannot_be_compared'
        when zone = 0 then 'about_the_same'
        when zone = 2 then 'clearly_higher'
        when zone = -2 then 'clearly_lower'
        when zone = 1 then 'higher_may_be_chance'
        else 'lower_may_be_chance'
    end as comparison
from placed
