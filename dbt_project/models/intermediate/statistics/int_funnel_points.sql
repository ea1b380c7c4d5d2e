-- Freeman and Tukey's arcsine scale, on which a proportion's standard error depends on the denominator only.
with compared as (
    select
        counts.clinic_id,
        counts.month,
        counts.indicator_id,
        counts.numerator,
        counts.denominator,
        network.numerator / network.denominator as target
    from {{ ref('int_clinic_counts') }} as counts
    inner join {{ ref('int_network_counts') }} as network
        on network.month = counts.month and network.span = counts.span and network.indicator_id = counts.indicator_id
    cross join {{ ref('int_benchmark_parameters') }} as parameters
    where
        counts.span = 'rolling_12'
        and counts.is_applicable
        and counts.denominator >= parameters.minimum_denominator_shown
        and network.clinics >= parameters.minimum_clinics_compared
)

select
    clinic_id,
    month,
    indicator_id,
    numerator,
    denominator,
    target,
    1 / (2 * sqrt(denominator)) as standard_error,
    (asin(sqrt(numerator / denominator)) - asin(sqrt(target))) * 2 * sqrt(denominator) as z_score
from compared
