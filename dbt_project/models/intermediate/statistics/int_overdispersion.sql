with gathered as (
    select
        points.month,
        points.indicator_id,
        list_sort(list(points.z_score)) as z_scores,
        parameters.winsorised_share as share
    from {{ ref('int_funnel_points') }} as points
    cross join {{ ref('int_benchmark_parameters') }} as parameters
    where points.target_id = 'network'
    group by points.month, points.indicator_id, parameters.winsorised_share, parameters.minimum_clinics_overdispersion
    having count(*) >= parameters.minimum_clinics_overdispersion
),

ends as (
    select
        month,
        indicator_id,
        {{ quantile('z_scores', 'share') }} as lowest,
        {{ quantile('z_scores', '1 - share') }} as highest
    from gathered
),

summed as (
    select
        points.month,
        points.indicator_id,
        count(*) as clinics,
        -- in one order, whichever thread read what: sums of fractions depend on it in the last digit
        avg(power(least(greatest(points.z_score, ends.lowest), ends.highest), 2) order by points.clinic_id) as phi,
        sum(1 / power(points.standard_error, 2) order by points.clinic_id) as weights,
        sum(1 / power(points.standard_error, 4) order by points.clinic_id) as squared_weights
    from {{ ref('int_funnel_points') }} as points
    inner join ends on ends.month = points.month and ends.indicator_id = points.indicator_id
    where points.target_id = 'network'
    group by points.month, points.indicator_id
)

select
    month,
    indicator_id,
    clinics,
    phi,
    greatest(0, (clinics * phi - (clinics - 1)) / (weights - squared_weights / weights)) as tau2
from summed
