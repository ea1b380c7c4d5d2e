-- Sessions whose practice system keeps no episodes. Where another system of the clinic has an episode of the same person that covers the
-- date, the session belongs to it; the others make episodes of their own, a new one after each gap.
with rules as (
    {{ rules(['episode_gap_days']) }}
),

sessions as (
    select
        sessions.clinic_id,
        sessions.source_system,
        sessions.session_pseudonym,
        sessions.practitioner_pseudonym,
        sessions.starts_at,
        cast(sessions.starts_at_local as date) as session_on,
        clients.client_key
    from {{ ref('int_sessions_unioned') }} as sessions
    inner join {{ ref('int_clients_linked') }} as clients
        on sessions.client_pseudonym = clients.client_pseudonym
        and sessions.clinic_id = clients.clinic_id
    where
        sessions.row_state = 'current'
        and sessions.episode_pseudonym is null
),

covering as (
    select
        sessions.session_pseudonym,
        max_by(episodes.episode_key, (episodes.referred_on, episodes.episode_key)) as episode_key
    from sessions
    inner join {{ ref('int_episodes_placed') }} as episodes
        on sessions.client_key = episodes.client_key
        and sessions.clinic_id = episodes.clinic_id
        and sessions.session_on >= episodes.referred_on
        and sessions.session_on <= coalesce(episodes.ended_on, sessions.session_on)
    where episodes.row_reason is null
    group by sessions.session_pseudonym
),

uncovered as (
    select
        sessions.clinic_id,
        sessions.source_system,
        sessions.session_pseudonym,
        sessions.practitioner_pseudonym,
        sessions.starts_at,
        sessions.session_on,
        sessions.client_key,
        lag(sessions.session_on) over (
            partition by sessions.client_key order by sessions.starts_at, sessions.session_pseudonym
        ) as previous_session_on
    from sessions
    left join covering on sessions.session_pseudonym = covering.session_pseudonym
    where covering.session_pseudonym is null
),

marked as (
    select
        uncovered.session_pseudonym,
        uncovered.client_key,
        uncovered.starts_at,
        case
            when uncovered.previous_session_on is null then uncovered.session_pseudonym
            when {{ days_between('uncovered.previous_session_on', 'uncovered.session_on') }} > rules.episode_gap_days then uncovered.session_pseudonym
        end as opening_session,
        sum(
            case
                when uncovered.previous_session_on is null then 1
                when {{ days_between('uncovered.previous_session_on', 'uncovered.session_on') }} > rules.episode_gap_days then 1
                else 0
            end
        ) over (
            partition by uncovered.client_key order by uncovered.starts_at, uncovered.session_pseudonym
            rows between unbounded preceding and current row
        ) as episode_number
    from uncovered
    cross join rules
),

derived as (
    select
        session_pseudonym,
        max(opening_session) over (partition by client_key, episode_number) as episode_key
    from marked
)

select
    sessions.clinic_id,
    sessions.source_system,
    sessions.session_pseudonym,
    sessions.practitioner_pseudonym,
    sessions.client_key,
    sessions.starts_at,
    sessions.session_on,
    coalesce(covering.episode_key, derived.episode_key) as episode_key,
    covering.episode_key is null as is_derived
from sessions
left join covering on sessions.session_pseudonym = covering.session_pseudonym
left join derived on sessions.session_pseudonym = derived.session_pseudonym
