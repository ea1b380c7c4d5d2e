-- What became of everyone who finished in the twelve months up to the reported one: the four parts add up.
select
    max(denominator) filter (where indicator_id = 'reliable_improvement') as finished,
    max(numerator) filter (where indicator_id = 'reliable_improvement') as better,
    max(numerator) filter (where indicator_id = 'no_reliable_change') as unchanged,
    max(numerator) filter (where indicator_id = 'reliable_deterioration') as worse,
    max(missing) filter (where indicator_id = 'reliable_improvement') as unknown
from benchmarks.network_months
where
    month = $month
    and span = 'rolling_12'
