-- The network's course over 24 months, in months where nine of ten months count ten or more, else in quarters.
-- A point that counts fewer than ten has no rate.
with months as (
    select
        indicator_id,
        month,
        numerator,
        denominator,
        date_diff('month', month, $month) as months_before
    from benchmarks.network_months
    where
        span = 'month'
        and month > $month - interval 24 month
        and month <= $month
        and indicator_id in $indicators
),

point_lengths as (
    select
        indicator_id,
        if(quantile_disc(denominator, 0.1) >= 10, 1, 3) as months_a_point
    from months
    group by indicator_id
),

points as (
    select
        months.indicator_id,
        point_lengths.months_a_point,
        min(months.month) as from_month,
        max(months.month) as to_month,
        if(count(months.numerator) = count(*), sum(months.numerator), null)::bigint as numerator,
        if(count(months.denominator) = count(*), sum(months.denominator), null)::bigint as denominator
    from months
    inner join point_lengths on months.indicator_id = point_lengths.indicator_id
    group by
        months.indicator_id,
        point_lengths.months_a_point,
        months.months_before // point_lengths.months_a_point
)

select
    indicator_id,
    months_a_point,
    from_month,
    to_month,
    numerator,
    denominator,
    if(denominator >= 10, numerator / denominator, null) as rate
from points
order by indicator_id, from_month
