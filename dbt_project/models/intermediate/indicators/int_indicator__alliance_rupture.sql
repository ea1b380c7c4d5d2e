select
    episode_key as item_key,
    clinic_id,
    ended_on as counted_on,
    has_rupture as is_numerator,
    not is_evaluable as is_excluded
from {{ ref('int_alliance_outcomes') }}
