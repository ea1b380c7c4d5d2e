-- Sessions after the ending belong to what came later and count for nothing here.
with sessions as (
    select
        episode_key,
        session_key,
        cast(starts_at_local as date) as session_on,
        starts_at,
        attendance,
        is_attended,
        is_missed_by_client,
        is_treatment
    from {{ ref('sessions') }}
    where not is_after_ending
),

attended as (
    select
        episode_key,
        {{ list_in_order('session_on', 'session_on') }} as attended_dates,
        count(*) as attended_sessions,
        count(*) filter (where is_treatment) as attended_treatment_sessions,
        min(session_on) as first_session_on,
        max(session_on) as last_attended_on,
        min(session_on) filter (where is_treatment) as first_treatment_on,
        min_by(session_key, (starts_at, session_key)) filter (where is_treatment) as first_treatment_session_key
    from sessions
    where is_attended
    group by episode_key
),

booked as (
    select
        episode_key,
        count(*) filter (where is_missed_by_client) as missed_sessions,
        count(*) filter (where attendance = 'cancelled_by_provider') as provider_cancelled_sessions,
        min(session_on) filter (where attendance = 'scheduled') as next_session_on
    from sessions
    group by episode_key
)

select
    booked.episode_key,
    attended.attended_dates,
    coalesce(attended.attended_sessions, 0) as attended_sessions,
    coalesce(attended.attended_treatment_sessions, 0) as attended_treatment_sessions,
    booked.missed_sessions,
    booked.provider_cancelled_sessions,
    attended.first_session_on,
    attended.first_treatment_on,
    attended.first_treatment_session_key,
    attended.last_attended_on,
    booked.next_session_on
from booked
left join attended on booked.episode_key = attended.episode_key
