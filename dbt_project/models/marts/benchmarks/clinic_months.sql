with compared as (
    select
        points.clinic_id,
        points.month,
        'rolling_12' as span,
        points.indicator_id,
        points.z_score,
        points.z_score * points.standard_error
        / sqrt(power(points.standard_error, 2) + overdispersion.tau2) as z_score_adjusted,
        limits.funnel_lower_95,
        limits.funnel_upper_95,
        limits.funnel_lower_998,
        limits.funnel_upper_998,
        {%- for name, z in [('95', 'interval_z'), ('998', 'alarm_z')] %}
        {{ arcsine_limit('points.target', 'points.denominator', 'overdispersion.tau2', '-parameters.' ~ z) }} as overdispersed_lower_{{ name }},
        {{ arcsine_limit('points.target', 'points.denominator', 'overdispersion.tau2', 'parameters.' ~ z) }} as overdispersed_upper_{{ name }},
        {%- endfor %}
        {{ shrunken_rate('points.numerator', 'points.denominator', 'points.target', 'overdispersion.tau2') }} as shrunken_rate,
        discoveries.p_value,
        discoveries.p_value_adjusted,
        discoveries.is_significant
    from {{ ref('int_funnel_points') }} as points
    inner join {{ ref('int_binomial_limits') }} as limits using (clinic_id, month, indicator_id, target_id)
    left join {{ ref('int_false_discoveries') }} as discoveries using (clinic_id, month, indicator_id)
    left join {{ ref('int_overdispersion') }} as overdispersion using (month, indicator_id)
    cross join {{ ref('int_benchmark_parameters') }} as parameters
    where points.target_id = 'network'
),

rated as (
    select
        counts.clinic_id,
        counts.month,
        counts.span,
        counts.indicator_id,
        counts.numerator,
        counts.denominator,
        counts.missing,
        counts.excluded,
        counts.numerator / nullif(counts.denominator, 0) as rate,
        {{ wilson_lower('counts.numerator', 'counts.denominator', 'parameters.interval_z') }} as lower,
        {{ wilson_upper('counts.numerator', 'counts.denominator', 'parameters.interval_z') }} as upper,
        counts.numerator / nullif(counts.denominator - counts.missing, 0) as known_rate,
        counts.numerator / nullif(counts.denominator, 0) as lower_bound_rate,
        (counts.numerator + counts.missing) / nullif(counts.denominator, 0) as upper_bound_rate,
        network.numerator as network_numerator,
        network.denominator as network_denominator,
        network.numerator / nullif(network.denominator, 0) as network_rate,
        counts.expected,
        counts.expected_variance,
        counts.numerator / nullif(counts.expected, 0) as standardised_ratio,
        {{ byar_lower('counts.numerator', 'parameters.interval_z') }} / nullif(counts.expected, 0) as standardised_lower,
        {{ byar_upper('counts.numerator', 'parameters.interval_z') }} / nullif(counts.expected, 0) as standardised_upper,
        counts.numerator / nullif(counts.expected, 0) * network.numerator / nullif(network.denominator - network.missing, 0) as adjusted_rate,
        (counts.numerator - counts.expected) / nullif(sqrt(counts.expected_variance), 0) as case_mix_z_score,
        {{ cell_state('counts.is_applicable', 'counts.numerator', 'counts.denominator', 'run.disclosure', 'parameters') }} as state,
        parameters.minimum_denominator_shown,
        parameters.minimum_denominator_compared,
        parameters.minimum_completeness
    from {{ ref('int_clinic_counts') }} as counts
    inner join {{ ref('int_network_counts') }} as network using (month, span, indicator_id)
    cross join {{ ref('int_benchmark_parameters') }} as parameters
    cross join {{ source('inputs', 'parameters') }} as run
),

placed as (
    select
        rated.*,
        indicators.direction,
        rated.denominator - rated.missing >= rated.minimum_completeness * rated.denominator as is_complete_enough,
        compared.* exclude (clinic_id, month, span, indicator_id),
        {{ funnel_zone('rated.rate', 'compared') }} as zone,
        {{ funnel_zone('rated.lower_bound_rate', 'compared') }} as zone_at_lower_bound,
        {{ funnel_zone('rated.upper_bound_rate', 'compared') }} as zone_at_upper_bound
    from rated
    inner join {{ ref('indicators') }} as indicators on indicators.indicator_id = rated.indicator_id
    left join compared
        on compared.clinic_id = rated.clinic_id
        and compared.month = rated.month
        and compared.span = rated.span
        and compared.indicator_id = rated.indicator_id
)

select
    clinic_id,
    month,
    span,
    indicator_id,
    numerator,
    denominator,
    missing,
    excluded,
    rate,
    lower,
    upper,
    known_rate,
    lower_bound_rate,
    upper_bound_rate,
    network_numerator,
    network_denominator,
    network_rate,
    funnel_lower_95,
    funnel_upper_95,
    funnel_lower_998,
    funnel_upper_998,
    overdispersed_lower_95,
    overdispersed_upper_95,
    overdispersed_lower_998,
    overdispersed_upper_998,
    z_score,
    z_score_adjusted,
    p_value,
    p_value_adjusted,
    is_significant,
    shrunken_rate,
    state,
    {{ compared_in_words('placed') }} as comparison,
    expected,
    expected_variance,
    standardised_ratio,
    standardised_lower,
    standardised_upper,
    adjusted_rate,
    case_mix_z_score,
    case
        when span <> 'rolling_12' or state <> 'shown' or expected is null or denominator < minimum_denominator_compared then 'not_compared'
        when not is_complete_enough then 'cannot_be_compared'
        when standardised_lower <= 1 and standardised_upper >= 1 then 'as_expected'
        when (standardised_lower > 1) = (direction = 'higher_is_better') then 'better_than_expected'
        else 'worse_than_expected'
    end as expectation
from placed
