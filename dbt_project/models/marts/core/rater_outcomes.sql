select
    episode_key,
    clinic_id,
    rater,
    paired_measures,
    measures,
    is_reliably_improved,
    is_reliably_deteriorated,
    is_no_reliable_change,
    is_mixed
from {{ ref('int_cyp_rater_outcomes') }}
