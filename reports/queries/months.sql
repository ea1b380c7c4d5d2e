-- The months that the release has figures for.
select distinct month
from benchmarks.network_months
order by month
