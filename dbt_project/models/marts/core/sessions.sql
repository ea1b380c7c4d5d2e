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
    sessions.attendance_evidence,
    codes.is_attended,
    codes.is_missed_by_client,
    coalesce(sessions.kind = 'treatment', false) as is_treatment,
    sessions.is_after_ending,
    sessions.cancelled_at,
    sessions.medium,
    sessions.participants
from {{ ref('int_sessions_known') }} as sessions
left join {{ ref('attendance_codes') }} as codes on sessions.attendance = codes.attendance
