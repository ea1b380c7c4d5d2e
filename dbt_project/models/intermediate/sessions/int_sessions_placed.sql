{{ config(materialized='view') }}

with placed as (
    select
        sessions.clinic_id,
        sessions.source_system,
        sessions.raw_table,
        sessions.file_sha256,
        sessions.source_line,
        sessions.session_pseudonym as session_key,
        coalesce(episodes.episode_key, attached.episode_key) as episode_key,
        coalesce(episodes.client_key, attached.client_key) as client_key,
        sessions.practitioner_pseudonym as practitioner_key,
        sessions.starts_at,
        sessions.starts_at_local,
        sessions.kind,
        sessions.attendance,
        sessions.attendance_evidence,
        sessions.cancelled_at,
        sessions.medium,
        sessions.participants,
        sessions.episode_pseudonym
    from {{ ref('int_sessions_unioned') }} as sessions
    left join {{ ref('int_episodes_linked') }} as episodes
        on sessions.episode_pseudonym = episodes.episode_key
        and sessions.clinic_id = episodes.clinic_id
    left join {{ ref('int_sessions_attached') }} as attached
        on sessions.session_pseudonym = attached.session_pseudonym
    where sessions.row_state = 'current'
)

select
    clinic_id,
    source_system,
    raw_table,
    file_sha256,
    source_line,
    session_key,
    episode_key,
    client_key,
    practitioner_key,
    starts_at,
    starts_at_local,
    kind,
    attendance,
    attendance_evidence,
    cancelled_at,
    medium,
    participants,
    case
        when episode_key is not null then null
        when episode_pseudonym is not null then 'unknown episode'
        else 'unknown client'
    end as row_reason,
    case
        when episode_key is not null then null
        when episode_pseudonym is not null then 'episode_pseudonym'
        else 'client_pseudonym'
    end as row_column
from placed
