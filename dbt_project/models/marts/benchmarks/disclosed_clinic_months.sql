with profile as (
    select
        run.month,
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

-- What is small about a row with a small denominator is marked already; a true zero in it may be shown.
marked as (
    select
        counts.clinic_id,
        counts.month,
        counts.span,
        counts.indicator_id,
        counts.numerator,
        counts.denominator,
        counts.missing,
        counts.state,
        counts.comparison,
        counts.expectation,
        profile.interval_z,
        profile.disclosure_rounding,
        profile.minimum_denominator_shown,
        counts.denominator between 1 and profile.suppressed_up_to as is_denominator_hidden,
        numerators.clinic_id is not null as is_numerator_hidden,
        missings.clinic_id is not null as is_missing_hidden
    from {{ ref('clinic_months') }} as counts
    cross join profile
    inner join {{ ref('indicators') }} as indicators on indicators.indicator_id = counts.indicator_id
    left join {{ ref('int_disclosure_marks') }} as numerators
        on numerators.table_id = coalesce(indicators.partition, counts.indicator_id)
        and numerators.clinic_id = counts.clinic_id
        and numerators.part = counts.indicator_id
    left join {{ ref('int_disclosure_marks') }} as missings
        on missings.table_id = coalesce(indicators.partition, counts.indicator_id)
        and missings.clinic_id = counts.clinic_id
        and missings.part = 'missing'
    where counts.month = profile.month and counts.span = 'rolling_12'
),

rounded as (
    select
        clinic_id,
        month,
        span,
        indicator_id,
        {{ disclosed_count('numerator', 'is_numerator_hidden', 'disclosure_rounding') }} as numerator,
        {{ disclosed_count('denominator', 'is_denominator_hidden', 'disclosure_rounding') }} as denominator,
        {{ disclosed_count('missing', 'is_missing_hidden', 'disclosure_rounding') }} as missing,
        interval_z,
        comparison,
        expectation,
        case
            when state in ('not_applicable', 'no_data') then state
            when is_numerator_hidden or is_denominator_hidden then 'suppressed'
            when denominator < minimum_denominator_shown then 'too_few'
            else 'shown'
        end as state
    from marked
)

select
    clinic_id,
    month,
    span,
    indicator_id,
    numerator,
    denominator,
    missing,
    case when state = 'shown' then {{ whole_points('numerator / denominator') }} end as rate,
    case when state = 'shown' then {{ whole_points(wilson_lower('numerator', 'denominator', 'interval_z')) }} end as lower,
    case when state = 'shown' then {{ whole_points(wilson_upper('numerator', 'denominator', 'interval_z')) }} end as upper,
    state,
    case when state = 'shown' then comparison else 'not_compared' end as comparison,
    case when state = 'shown' then expectation else 'not_compared' end as expectation
from rounded
