-- Every clinic over the twelve months up to the reported one, with the limits that chance alone would give.
select
    indicator_id,
    clinic_id,
    numerator,
    denominator,
    rate,
    network_rate,
    funnel_lower_998,
    funnel_lower_95,
    funnel_upper_95,
    funnel_upper_998,
    comparison
from benchmarks.clinic_months
where
    month = $month
    and span = 'rolling_12'
    and state = 'shown'
    and indicator_id in $indicators
order by indicator_id, denominator, clinic_id
