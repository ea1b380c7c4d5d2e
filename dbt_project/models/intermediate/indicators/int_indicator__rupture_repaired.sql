select
    episode_key as item_key,
    clinic_id,
    ended_on as counted_on,
    is_repaired as is_numerator,
    not has_rupture as is_excluded
from {{ ref('int_alliance_outcomes') }}
