-- A clinic's figures over the twelve months up to the reported one, beside the network's.
select
    clinic_id,
    indicator_id,
    numerator,
    denominator,
    missing,
    excluded,
    rate,
    lower,
    upper,
    lower_bound_rate,
    upper_bound_rate,
    network_rate,
    funnel_lower_95,
    funnel_upper_95,
    state,
    comparison,
    expected,
    expectation
from benchmarks.clinic_months
where
    month = $month
    and span = 'rolling_12'
    and clinic_id in $clinics
    and indicator_id in $indicators
order by clinic_id, indicator_id
