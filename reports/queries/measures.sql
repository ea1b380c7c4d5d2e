-- The questionnaires in use, and the version of the rules by which their scores are read.
select
    measure_id,
    name,
    higher_is,
    clinical_operator,
    clinical_cutoff,
    reliable_change,
    confidence_level,
    threshold_version,
    threshold_source,
    is_verified
from core.measures
where measure_id in (select measure_scores.measure_id from core.measure_scores)
order by axis, name, measure_id
