-- The questionnaires and the version of the rules by which their scores are read.
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
order by axis, name, measure_id
