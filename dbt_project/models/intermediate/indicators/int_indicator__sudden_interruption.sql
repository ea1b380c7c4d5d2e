select
    factors.episode_key as item_key,
    factors.clinic_id,
    factors.ended_on as counted_on,
    factors.is_present as is_numerator,
    episodes.ending_class = 'external' as is_excluded
from {{ ref('int_computed_factors') }} as factors
inner join {{ ref('episodes') }} as episodes on episodes.episode_key = factors.episode_key
where factors.factor = 'sudden_interruption' and episodes.attended_treatment_sessions >= 1
