select
    episode_key as item_key,
    clinic_id,
    consultation_decided_on as counted_on,
    consultation_outcome = 'accepted' as is_numerator,
    consultation_outcome not in ('accepted', 'assessment_only', 'redirected', 'unsuitable') as is_excluded
from {{ ref('episodes') }}
where consultation_decided_on is not null and consultation_outcome is not null
