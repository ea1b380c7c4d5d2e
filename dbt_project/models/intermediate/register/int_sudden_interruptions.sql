with rules as ({{ rules(['interruption_closing_days']) }}),

ended as (
    select
        episode_key,
        clinic_id,
        ended_on,
        has_closing_notice
    from {{ ref('episodes') }}
    where ending_class = 'client_unplanned' and attended_treatment_sessions > 0
),

-- What the clinic cancelled or moved gave the client no chance to come: the next session that stood decides.
-- Sessions after the recorded ending count too: the next one was often still in the calendar when the client was written off.
sessions as (
    select
        ended.episode_key,
        sessions.session_key,
        sessions.starts_at,
        cast(sessions.starts_at_local as date) as session_on,
        sessions.kind,
        sessions.attendance,
        sessions.is_attended,
        sessions.is_missed_by_client or sessions.attendance = 'cancelled_by_client' as is_client_side
    from ended
    inner join {{ ref('sessions') }} as sessions on ended.episode_key = sessions.episode_key
),

last_attended as (
    select
        episode_key,
        max(starts_at) as last_at,
        max(session_on) as last_attended_on
    from sessions
    where is_attended and kind = 'treatment'
    group by episode_key
),

next_sessions as (
    select
        sessions.episode_key,
        last_attended.last_attended_on,
        sessions.session_on,
        sessions.attendance,
        sessions.is_client_side,
        row_number() over (partition by sessions.episode_key order by sessions.starts_at, sessions.session_key) as number
    from sessions
    inner join last_attended on sessions.episode_key = last_attended.episode_key
    where
        sessions.starts_at > last_attended.last_at
        and sessions.kind <> 'follow_up'
        and sessions.attendance not in ('rescheduled', 'cancelled_by_provider')
),

closing_sessions as (
    select
        next_sessions.episode_key,
        min(sessions.session_on) as closing_on
    from next_sessions
    cross join rules
    inner join sessions on next_sessions.episode_key = sessions.episode_key
    where
        next_sessions.number = 1
        and sessions.is_attended
        and sessions.session_on >= next_sessions.session_on
        and {{ days_between('next_sessions.session_on', 'sessions.session_on') }} <= rules.interruption_closing_days
    group by next_sessions.episode_key
)

select
    ended.episode_key,
    ended.clinic_id,
    ended.ended_on,
    ended.has_closing_notice,
    next_sessions.last_attended_on,
    next_sessions.session_on as next_session_on,
    next_sessions.attendance as next_attendance,
    closing_sessions.closing_on,
    case
        when next_sessions.episode_key is null then false
        when ended.has_closing_notice or closing_sessions.closing_on is not null or not next_sessions.is_client_side then false
        when not ended.has_closing_notice and next_sessions.is_client_side then true
    end as is_sudden_interruption
from ended
left join next_sessions on ended.episode_key = next_sessions.episode_key and next_sessions.number = 1
left join closing_sessions on ended.episode_key = closing_sessions.episode_key
