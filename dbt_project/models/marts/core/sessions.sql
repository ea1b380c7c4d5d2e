-- What was known on the as-of date. A session after it is in the future, whatever was marked; one before it that still says so was never marked.
with sessions as (
    select
        placed.session_key,
        placed.episode_key,
        placed.client_key,
        placed.clinic_id,
        placed.source_system,
        placed.practitioner_key,
        placed.starts_at,
        placed.starts_at_local,
        placed.kind,
        placed.attendance_evidence,
        placed.cancelled_at,
        placed.medium,
        placed.participants,
        episodes.ended_on,
        parameters.as_of,
        case
            when cast(placed.starts_at_local as date) > parameters.as_of then 'scheduled'
            when placed.attendance is null or placed.attendance = 'scheduled' then 'not_recorded'
            else placed.attendance
        end as attendance
    from {{ ref('int_sessions_placed') }} as placed
    inner join {{ ref('int_episodes_known') }} as episodes on placed.episode_key = episodes.episode_key
    cross join {{ source('inputs', 'parameters') }} as parameters
    where placed.row_reason is null
)

select
    sessions.session_key,
    sessions.episode_key,
    sessions.client_key,
    sessions.clinic_id,
    sessions.source_system,
    sessions.practitioner_key,
    sessions.starts_at,
    sessions.starts_at_local,
    sessions.kind,
    sessions.attendance,
    case when sessions.attendance <> 'scheduled' then sessions.attendance_evidence end as attendance_evidence,
    codes.is_attended,
    codes.is_missed_by_client,
    coalesce(sessions.kind = 'treatment', false) as is_treatment,
    coalesce(cast(sessions.starts_at_local as date) > sessions.ended_on, false) as is_after_ending,
    case when cast(sessions.cancelled_at as date) <= sessions.as_of then sessions.cancelled_at end as cancelled_at,
    sessions.medium,
    sessions.participants
from sessions
left join {{ ref('attendance_codes') }} as codes on sessions.attendance = codes.attendance
