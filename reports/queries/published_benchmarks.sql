-- Published figures that count the same people as the indicator does, the newest of each source: the same denominator, or
-- no comparison.
select
    published_benchmarks.indicator_id,
    published_benchmarks.benchmark_id,
    published_benchmarks.kind,
    published_benchmarks.label,
    published_benchmarks.period,
    published_benchmarks.rate,
    published_benchmarks.source,
    published_benchmarks.is_verified
from benchmarks.published_benchmarks
inner join benchmarks.indicators
    on
        published_benchmarks.indicator_id = indicators.indicator_id
        and published_benchmarks.denominator_id = indicators.denominator_id
where
    published_benchmarks.is_comparable
    and published_benchmarks.rate is not null
    and published_benchmarks.indicator_id in $indicators
qualify row_number() over (
    partition by published_benchmarks.indicator_id, published_benchmarks.label
    order by published_benchmarks.period desc, published_benchmarks.benchmark_id desc
) = 1
order by published_benchmarks.indicator_id, published_benchmarks.kind, published_benchmarks.benchmark_id
