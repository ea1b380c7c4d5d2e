select
    counts.month,
    counts.span,
    counts.indicator_id,
    cast(sum(counts.numerator) as bigint) as numerator,
    cast(sum(counts.denominator) as bigint) as denominator,
    cast(sum(counts.missing) as bigint) as missing,
    cast(sum(counts.excluded) as bigint) as excluded,
    count(*) filter (where counts.denominator >= parameters.minimum_denominator_shown) as clinics,
    bool_or(counts.is_applicable) as is_applicable
from {{ ref('int_clinic_counts') }} as counts
cross join {{ ref('int_benchmark_parameters') }} as parameters
group by counts.month, counts.span, counts.indicator_id
