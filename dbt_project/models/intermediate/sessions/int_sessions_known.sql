-- What was known on the as-of date. A session after it is in the future, whatever was marked; one before it that still says so was never marked.
select
    sessions.clinic_id,
    sessions.source_system,
    sessions.session_key,
    sessions.episode_key,
    sessions.client_key,
    sessions.practitioner_key,
    sessions.starts_at,
    sessions.starts_at_local,
    cast(sessions.starts_at_local as date) as session_on,
    sessions.kind,
    case
        when cast(sessions.starts_at_local as date) > parameters.as_of then 'scheduled'
        when sessions.attendance is null or sessions.attendance = 'scheduled' then 'not_recorded'
        else sessions.attendance
    end as attendance,
    case when cast(sessions.starts_at_local as date) <= parameters.as_of then sessions.attendance_evidence end as attendance_evidence,
    case when cast(sessions.cancelled_at as date) <= parameters.as_of then sessions.cancelled_at end as cancelled_at,
    sessions.medium,
    sessions.participants,
    cast(sessions.starts_at_local as date) > parameters.as_of as is_future,
    coalesce(cast(sessions.starts_at_local as date) > episodes.ended_on, false) as is_after_ending
from {{ ref('int_sessions_placed') }} as sessions
inner join {{ ref('int_episodes_known') }} as episodes on sessions.episode_key = episodes.episode_key
cross join {{ source('inputs', 'parameters') }} as parameters
where sessions.row_reason is null
