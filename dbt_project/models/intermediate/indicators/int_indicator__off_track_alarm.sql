select
    episode_key as item_key,
    clinic_id,
    ended_on as counted_on,
    is_alarm as is_numerator,
    is_alarm is null as is_excluded
from {{ ref('int_episode_courses') }}
