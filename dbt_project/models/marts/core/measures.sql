-- The thresholds shown are those that a clinic of the talking-therapies roll-up uses for an adult's own answers in this run;
-- core.thresholds has every case.
select
    measures.measure_id,
    measures.name,
    measures.axis,
    measures.minimum,
    measures.maximum,
    measures.higher_is,
    thresholds.clinical_cutoff,
    thresholds.clinical_operator,
    thresholds.reliable_change,
    thresholds.confidence_level,
    thresholds.threshold_version,
    thresholds.source as threshold_source,
    thresholds.is_verified,
    cast(measures.item_count as bigint) as item_count,
    measures.age_group,
    measures.source as scoring_source,
    measures.evidence as scoring_evidence
from {{ ref('int_measures') }} as measures
cross join {{ source('inputs', 'parameters') }} as parameters
left join {{ ref('int_thresholds') }} as thresholds
    on measures.measure_id = thresholds.measure_id
    and thresholds.roll_up = 'nhs_talking_therapies'
    and thresholds.rater = 'self'
    and thresholds.age_band = 'adult'
    and parameters.as_of >= thresholds.effective_from
    and parameters.as_of < thresholds.effective_until
