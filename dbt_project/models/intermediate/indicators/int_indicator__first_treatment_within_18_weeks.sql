select
    episode_key as item_key,
    clinic_id,
    ended_on as counted_on,
    {{ days_between('referred_on', 'first_treatment_on') }} <= 126 as is_numerator,
    false as is_excluded
from {{ ref('episodes') }}
where is_finished
