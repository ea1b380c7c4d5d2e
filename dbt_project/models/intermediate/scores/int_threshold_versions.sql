{# The rounding of Jacobson & Truax, for the few published figures whose source names no confidence level. #}
{%- set usual_critical_value = 1.96 -%}

with seeded as (
    select
        threshold_version,
        measure_id,
        rater,
        age_band,
        rule_set,
        clinical_cutoff,
        clinical_operator,
        reliable_change,
        confidence_level,
        cast(null as double) as standard_error,
        effective_from,
        coalesce(effective_until, date '9999-12-31') as effective_until,
        source,
        coalesce(cutoff_evidence, 'verified') = 'verified' and coalesce(change_evidence, 'verified') = 'verified' as is_verified
    from {{ ref('threshold_catalogue') }}
    where is_default
),

declared as (
    select
        network.measure_id,
        measures.higher_is,
        cast(coalesce(
            network.clinical_cutoff,
            {{ cutoff_from_norms(
                "coalesce(network.criterion, 'c')", 'measures.higher_is',
                'network.clinical_mean', 'network.clinical_sd', 'network.functional_mean', 'network.functional_sd'
            ) }}
        ) as decimal(9, 3)) as clinical_cutoff,
        network.reliable_change,
        cast(coalesce(network.confidence, 0.95) as decimal(5, 4)) as confidence_level,
        {{ standard_error_of_difference('network.sd', 'network.reliability') }} as standard_error,
        network.source
    from {{ source('inputs', 'network_measures') }} as network
    inner join {{ ref('int_measures') }} as measures on network.measure_id = measures.measure_id
),

versions as (
    select
        threshold_version,
        measure_id,
        rater,
        age_band,
        rule_set,
        clinical_cutoff,
        clinical_operator,
        reliable_change,
        confidence_level,
        standard_error,
        effective_from,
        effective_until,
        source,
        is_verified
    from seeded
    union all
    select
        'network' as threshold_version,
        declared.measure_id,
        'any' as rater,
        'any' as age_band,
        'network' as rule_set,
        declared.clinical_cutoff,
        case declared.higher_is when 'worse' then '>=' else '<' end as clinical_operator,
        cast(coalesce(declared.reliable_change, levels.critical_value * declared.standard_error) as decimal(9, 3)) as reliable_change,
        declared.confidence_level,
        declared.standard_error,
        date '1970-01-01' as effective_from,
        date '9999-12-31' as effective_until,
        declared.source,
        false as is_verified
    from declared
    left join {{ ref('confidence_levels') }} as levels on declared.confidence_level = levels.confidence_level
)

select
    versions.threshold_version,
    versions.measure_id,
    versions.rater,
    versions.age_band,
    versions.rule_set,
    versions.clinical_cutoff,
    versions.clinical_operator,
    versions.reliable_change,
    versions.confidence_level,
    coalesce(
        versions.standard_error,
        cast(versions.reliable_change as double) / coalesce(levels.critical_value, {{ usual_critical_value }})
    ) as standard_error,
    coalesce(levels.critical_value, {{ usual_critical_value }}) as critical_value,
    versions.effective_from,
    versions.effective_until,
    versions.source,
    versions.is_verified
from versions
left join {{ ref('confidence_levels') }} as levels on versions.confidence_level = levels.confidence_level
