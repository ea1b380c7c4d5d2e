select
    episode_key as item_key,
    clinic_id,
    ended_on as counted_on,
    case when has_paired_scores then is_reliably_improved end as is_numerator,
    not coalesce(is_short_worsening, false) as is_excluded
from {{ ref('int_episode_courses') }}
