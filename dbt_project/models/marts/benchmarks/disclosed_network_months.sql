with profile as (
    select
        parameters.interval_z,
        parameters.disclosure_rounding,
        parameters.minimum_denominator_shown,
        case run.disclosure
            when 'external' then parameters.suppressed_up_to_external
            else parameters.suppressed_up_to_internal
        end as suppressed_up_to
    from {{ source('inputs', 'parameters') }} as run
    cross join {{ ref('int_benchmark_parameters') }} as parameters
),

marked as (
    select
        network.month,
        network.span,
        network.indicator_id,
        network.numerator,
        network.denominator,
        network.missing,
        network.state,
        profile.interval_z,
        profile.disclosure_rounding,
        profile.minimum_denominator_shown,
        network.denominator between 1 and profile.suppressed_up_to as is_denominator_hidden,
        network.numerator between 1 and profile.suppressed_up_to as is_numerator_hidden,
        network.missing between 1 and profile.suppressed_up_to as is_missing_hidden
    from {{ ref('network_months') }} as network
    cross join profile
),

rounded as (
    select
        month,
        span,
        indicator_id,
        {{ disclosed_count('numerator', 'is_numerator_hidden', 'disclosure_rounding') }} as numerator,
        {{ disclosed_count('denominator', 'is_denominator_hidden', 'disclosure_rounding') }} as denominator,
        {{ disclosed_count('missing', 'is_missing_hidden', 'disclosure_rounding') }} as missing,
        interval_z,
        case
            when state in ('not_applicable', 'no_data') then state
            when is_numerator_hidden or is_denominator_hidden then 'suppressed'
            when denominator < minimum_denominator_shown then 'too_few'
            else 'shown'
        end as state
    from marked
)

select
    month,
    span,
    indicator_id,
    numerator,
    denominator,
    missing,
    case when state = 'shown' then {{ whole_points('numerator / denominator') }} end as rate,
    case when state = 'shown' then {{ whole_points(wilson_lower('numerator', 'denominator', 'interval_z')) }} end as lower,
    case when state = 'shown' then {{ whole_points(wilson_upper('numerator', 'denominator', 'interval_z')) }} end as upper,
    state
from rounded
