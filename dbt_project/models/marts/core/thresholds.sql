select
    roll_up,
    measure_id,
    rater,
    age_band,
    effective_from,
    effective_until,
    clinical_cutoff,
    clinical_operator,
    cutoff_version,
    reliable_change,
    confidence_level,
    standard_error,
    threshold_version,
    source,
    is_verified
from {{ ref('int_thresholds') }}
