-- The catalogue of indicators: what is counted, of what, and where the definition comes from.
select
    indicator_id,
    name,
    axis,
    direction,
    unit,
    numerator_definition,
    denominator_definition,
    denominator_id,
    exclusions,
    source,
    is_verified
from benchmarks.indicators
order by position, indicator_id
