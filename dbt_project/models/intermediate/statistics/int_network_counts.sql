select
    counts.month,
    counts.span,
    counts.indicator_id,
    cast(sum(case when counts.is_applicable then counts.numerator else 0 end) as bigint) as numerator,
    cast(sum(case when counts.is_applicable then counts.denominator else 0 end) as bigint) as denominator,
    cast(sum(case when counts.is_applicable then counts.missing else 0 end) as bigint) as missing,
    cast(sum(case when counts.is_applicable then counts.excluded else 0 end) as bigint) as excluded,
    count(*) filter (where counts.is_applicable and counts.denominator >= parameters.minimum_denominator_shown) as clinics,
    bool_or(counts.is_applicable) as is_applicable
from {{ ref('int_clinic_counts') }} as counts
cross join {{ ref('int_benchmark_parameters') }} as parameters
group by counts.month, counts.span, counts.indicator_id
