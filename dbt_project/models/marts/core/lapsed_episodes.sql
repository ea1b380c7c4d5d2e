with rules as ({{ rules(['lapse_ending_days']) }}),

run as (
    select as_of from {{ source('inputs', 'parameters') }}
),

lapsed as (
    select
        episodes.episode_key,
        episodes.clinic_id,
        episodes.last_attended_on,
        {{ days_between('episodes.last_attended_on', 'run.as_of') }} as days_without_contact
    from {{ ref('episodes') }} as episodes
    cross join run
    where episodes.is_lapsed and episodes.last_attended_on is not null
)

select
    lapsed.episode_key,
    lapsed.clinic_id,
    lapsed.last_attended_on,
    cast(lapsed.days_without_contact as bigint) as days_without_contact,
    case when lapsed.days_without_contact > rules.lapse_ending_days then 'client_unplanned' end as inferred_ending_class
from lapsed
cross join rules
