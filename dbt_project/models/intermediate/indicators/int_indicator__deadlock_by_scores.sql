select
    factors.episode_key as item_key,
    factors.clinic_id,
    factors.ended_on as counted_on,
    factors.is_present as is_numerator,
    factors.is_present is null as is_excluded
from {{ ref('int_computed_factors') }} as factors
inner join {{ ref('episodes') }} as episodes on episodes.episode_key = factors.episode_key
where factors.factor = 'deadlock' and episodes.is_finished
