with clinic_measures as (
    select distinct clinic_id, measure_id
    from {{ ref('int_change_counts') }}
),

months as (
    select distinct month
    from {{ ref('int_clinic_counts') }}
),

summed as (
    select
        clinic_measures.clinic_id,
        months.month,
        clinic_measures.measure_id,
        {%- for column in ['clinical_cases', 'clinical_missing', 'clinical_first_sum', 'clinical_last_sum', 'clinical_first_squares',
                           'clinical_last_squares', 'clinical_products'] %}
        coalesce(sum(counts.{{ column }}) over last_twelve, 0) as {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from clinic_measures
    cross join months
    left join {{ ref('int_change_counts') }} as counts
        on counts.clinic_id = clinic_measures.clinic_id and counts.measure_id = clinic_measures.measure_id and counts.month = months.month
    window last_twelve as (
        partition by clinic_measures.clinic_id, clinic_measures.measure_id order by months.month rows between 11 preceding and current row
    )
),

in_force as (
    select models.version
    from {{ ref('case_mix_models') }} as models
    inner join {{ source('inputs', 'parameters') }} as parameters
        on parameters.network_name = models.network_name and parameters.month >= models.in_force_from
    qualify row_number() over (order by models.in_force_from desc, models.version desc) = 1
),

-- Mean and variance of the gain (first minus last), and of what remains of it after the line from first to last scores.
described as (
    select
        summed.clinic_id,
        summed.month,
        summed.measure_id,
        cast(summed.clinical_cases as bigint) as cases,
        cast(summed.clinical_missing as bigint) as missing,
        coalesce(baselines.sd, measures.norm_sd) as sd,
        baselines.version,
        (summed.clinical_first_sum - summed.clinical_last_sum) / nullif(summed.clinical_cases, 0) as gain,
        {{ variance_of_difference('summed', '1') }} as gain_variance,
        baselines.change_intercept
        + (baselines.change_slope * summed.clinical_first_sum - summed.clinical_last_sum) / nullif(summed.clinical_cases, 0) as residual,
        {{ variance_of_difference('summed', 'baselines.change_slope') }} as residual_variance,
        sum(summed.clinical_first_sum - summed.clinical_last_sum) over network / nullif(sum(summed.clinical_cases) over network, 0) as network_gain
    from summed
    inner join {{ ref('int_measures') }} as measures on measures.measure_id = summed.measure_id
    left join in_force on true
    left join {{ ref('case_mix_baselines') }} as baselines
        on baselines.version = in_force.version and baselines.measure_id = summed.measure_id
    window network as (partition by summed.month, summed.measure_id)
)

select
    described.clinic_id,
    described.month,
    described.measure_id,
    described.cases,
    described.missing,
    described.sd,
    described.gain / described.sd as effect_size,
    (described.gain - parameters.interval_z * sqrt(described.gain_variance / described.cases)) / described.sd as lower,
    (described.gain + parameters.interval_z * sqrt(described.gain_variance / described.cases)) / described.sd as upper,
    (described.network_gain + described.residual) / described.sd as adjusted_effect_size,
    (described.network_gain + described.residual - parameters.interval_z * sqrt(described.residual_variance / described.cases)) / described.sd
        as adjusted_lower,
    (described.network_gain + described.residual + parameters.interval_z * sqrt(described.residual_variance / described.cases)) / described.sd
        as adjusted_upper,
    described.network_gain / described.sd as network_effect_size,
    described.version,
    case
        when described.sd is null then 'not_applicable'
        when described.cases = 0 then 'no_data'
        when run.disclosure = 'external' and described.cases <= parameters.suppressed_up_to_external then 'suppressed'
        when described.cases < parameters.minimum_denominator_shown then 'too_few'
        else 'shown'
    end as state
from described
cross join {{ ref('int_benchmark_parameters') }} as parameters
cross join {{ source('inputs', 'parameters') }} as run
