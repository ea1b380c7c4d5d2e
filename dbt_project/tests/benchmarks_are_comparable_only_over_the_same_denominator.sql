-- A published figure may stand beside an indicator only if both were counted over the same denominator, and then must do so.
select
    published_benchmarks.benchmark_id,
    published_benchmarks.denominator_id,
    indicators.denominator_id as indicator_denominator_id
from {{ ref('published_benchmarks') }} as published_benchmarks
inner join {{ ref('indicators') }} as indicators on indicators.indicator_id = published_benchmarks.indicator_id
where published_benchmarks.is_comparable <> (published_benchmarks.denominator_id = indicators.denominator_id)
