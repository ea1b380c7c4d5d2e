-- A published rate is its own counts, to the third decimal in which national rates are printed (48.4 %).
select benchmark_id, numerator, denominator, rate
from {{ ref('published_benchmarks') }}
where round(numerator / denominator, 3) <> rate
