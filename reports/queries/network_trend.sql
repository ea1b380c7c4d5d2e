-- The network's course over 24 months; a month that counts fewer than ten has no point.
select
    indicator_id,
    'month' as grain,
    month,
    numerator,
    denominator,
    rate,
    null as mean,
    null as lower_limit,
    null as upper_limit,
    false as is_trial,
    false as is_special,
    'none' as signal,
    null as side,
    null as since,
    null as target,
    null as assurance
from benchmarks.network_months
where
    span = 'month'
    and state = 'shown'
    and month > $month - interval 24 month
    and month <= $month
    and indicator_id in $indicators
order by indicator_id, month
