-- The network's figures over the twelve months up to the reported one.
select
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
    null as network_rate,
    state,
    null as comparison,
    null as expected,
    null as expectation
from benchmarks.network_months
where
    month = $month
    and span = 'rolling_12'
    and indicator_id in $indicators
order by indicator_id
