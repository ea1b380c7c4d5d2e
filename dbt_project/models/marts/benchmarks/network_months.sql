with overdispersion as (
    select month, 'rolling_12' as span, indicator_id, phi, tau2
    from {{ ref('int_overdispersion') }}
)

select
    counts.month,
    counts.span,
    counts.indicator_id,
    counts.numerator,
    counts.denominator,
    counts.missing,
    counts.excluded,
    counts.clinics,
    counts.numerator / nullif(counts.denominator, 0) as rate,
    {{ wilson_lower('counts.numerator', 'counts.denominator', 'parameters.interval_z') }} as lower,
    {{ wilson_upper('counts.numerator', 'counts.denominator', 'parameters.interval_z') }} as upper,
    counts.numerator / nullif(counts.denominator - counts.missing, 0) as known_rate,
    counts.numerator / nullif(counts.denominator, 0) as lower_bound_rate,
    (counts.numerator + counts.missing) / nullif(counts.denominator, 0) as upper_bound_rate,
    {{ cell_state('counts.is_applicable', 'counts.numerator', 'counts.denominator', 'run.disclosure', 'parameters') }} as state,
    cast(null as double) as funnel_lower_95,
    cast(null as double) as funnel_upper_95,
    cast(null as double) as funnel_lower_998,
    cast(null as double) as funnel_upper_998,
    overdispersion.phi as overdispersion_phi,
    overdispersion.tau2 as overdispersion_tau2,
    {{ intraclass_correlation(logit_variance('overdispersion.tau2', 'counts.numerator / counts.denominator')) }} as intraclass_correlation,
    {{ median_odds_ratio(logit_variance('overdispersion.tau2', 'counts.numerator / counts.denominator')) }} as median_odds_ratio
from {{ ref('int_network_counts') }} as counts
cross join {{ ref('int_benchmark_parameters') }} as parameters
cross join {{ source('inputs', 'parameters') }} as run
left join overdispersion
    on overdispersion.month = counts.month and overdispersion.span = counts.span and overdispersion.indicator_id = counts.indicator_id
