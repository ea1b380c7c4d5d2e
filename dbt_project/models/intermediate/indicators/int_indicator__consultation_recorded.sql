select
    episode_key as item_key,
    clinic_id,
    consultation_decided_on as counted_on,
    coalesce(consultation_items_recorded, 0) > 0 as is_numerator,
    false as is_excluded
from {{ ref('episodes') }}
where consultation_decided_on is not null
