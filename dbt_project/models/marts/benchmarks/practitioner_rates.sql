with judged as (
    select
        counts.clinic_id,
        counts.practitioner_key,
        counts.indicator_id,
        counts.numerator,
        counts.denominator,
        counts.missing,
        counts.clinic_rate,
        counts.practitioner_key is null or counts.denominator < parameters.minimum_denominator_compared as is_too_few
    from {{ ref('int_practitioner_counts') }} as counts
    cross join {{ ref('int_benchmark_parameters') }} as parameters
),

-- The only part of a clinic that is not shown could be worked out from the clinic as a whole, so the smallest of the others goes with it.
stated as (
    select
        judged.*,
        case
            when is_too_few then 'too_few'
            when
                count(*) filter (where is_too_few) over (partition by clinic_id, indicator_id) = 1
                and row_number() over (partition by clinic_id, indicator_id, is_too_few order by denominator, practitioner_key) = 1
                then 'suppressed'
            else 'shown'
        end as state
    from judged
),

-- Adjusted over all therapists and indicators of the clinic (Benjamini & Hochberg 1995); equal p values share the highest of their ranks.
ranked as (
    select
        stated.clinic_id,
        stated.practitioner_key,
        stated.indicator_id,
        limits.p_value,
        limits.p_value * count(*) over (partition by stated.clinic_id)
        / count(*) over (partition by stated.clinic_id order by limits.p_value) as p_value_at_rank
    from stated
    inner join {{ ref('int_practitioner_limits') }} as limits using (clinic_id, practitioner_key, indicator_id)
    where not stated.is_too_few
),

adjusted as (
    select
        ranked.clinic_id,
        ranked.practitioner_key,
        ranked.indicator_id,
        min(ranked.p_value_at_rank) over (partition by ranked.clinic_id order by ranked.p_value desc)
        <= parameters.false_discovery_rate as is_significant
    from ranked
    cross join {{ ref('int_benchmark_parameters') }} as parameters
),

placed as (
    select
        stated.*,
        adjusted.is_significant,
        parameters.interval_z,
        parameters.minimum_denominator_shown,
        parameters.minimum_denominator_compared,
        stated.denominator - stated.missing >= parameters.minimum_completeness * stated.denominator as is_complete_enough,
        {{ funnel_zone('stated.numerator / stated.denominator', 'limits') }} as zone,
        {{ funnel_zone('stated.numerator / stated.denominator', 'limits') }} as zone_at_lower_bound,
        {{ funnel_zone('(stated.numerator + stated.missing) / stated.denominator', 'limits') }} as zone_at_upper_bound
    from stated
    cross join {{ ref('int_benchmark_parameters') }} as parameters
    left join {{ ref('int_practitioner_limits') }} as limits using (clinic_id, practitioner_key, indicator_id)
    left join adjusted using (clinic_id, practitioner_key, indicator_id)
)

select
    placed.clinic_id,
    run.month,
    placed.practitioner_key,
    placed.indicator_id,
    if(placed.state = 'shown', placed.numerator, null) as numerator,
    if(placed.state = 'shown', placed.denominator, null) as denominator,
    if(placed.state = 'shown', placed.missing, null) as missing,
    if(placed.state = 'shown', placed.numerator / placed.denominator, null) as rate,
    if(placed.state = 'shown', {{ wilson_lower('placed.numerator', 'placed.denominator', 'placed.interval_z') }}, null) as lower,
    if(placed.state = 'shown', {{ wilson_upper('placed.numerator', 'placed.denominator', 'placed.interval_z') }}, null) as upper,
    placed.clinic_rate,
    placed.state,
    case placed.state when 'shown' then {{ compared_in_words('placed') }} when 'too_few' then 'too_few_to_say' else 'not_compared' end as comparison
from placed
cross join {{ source('inputs', 'parameters') }} as run
where placed.practitioner_key is not null
