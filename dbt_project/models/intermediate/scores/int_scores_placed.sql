{{ config(materialized='view') }}

-- A score belongs to the episode that its system names; where it names none, to the episode of the session it was taken at; else to the episode
-- of the same person that covers its date.
with scores as (
    select
        scores.clinic_id,
        scores.source_system,
        scores.raw_table,
        scores.file_sha256,
        scores.source_line,
        scores.score_pseudonym,
        scores.episode_pseudonym,
        scores.client_pseudonym,
        scores.session_pseudonym,
        scores.measured_on,
        scores.measured_at,
        scores.measure_id,
        scores.total_reported,
        scores.items,
        scores.is_keyed,
        scores.rater
    from {{ ref('int_scores_unioned') }} as scores
    where scores.row_state = 'current'
),

loose as (
    select
        scores.score_pseudonym,
        scores.clinic_id,
        scores.measured_on,
        coalesce(sessions.client_key, clients.client_key) as client_key,
        sessions.episode_key
    from scores
    left join {{ ref('int_sessions_placed') }} as sessions
        on scores.session_pseudonym = sessions.session_key
        and sessions.row_reason is null
    left join {{ ref('int_clients_linked') }} as clients
        on scores.client_pseudonym = clients.client_pseudonym
        and scores.clinic_id = clients.clinic_id
    where scores.episode_pseudonym is null
),

unattached as (
    select
        score_pseudonym,
        clinic_id,
        measured_on,
        client_key
    from loose
    where episode_key is null
),

{{ nearest_episodes('unattached', 'score_pseudonym', 'measured_on') }},

attached as (
    select
        loose.score_pseudonym,
        coalesce(loose.episode_key, found.episode_key) as episode_key,
        loose.client_key
    from loose
    left join found on loose.score_pseudonym = found.score_pseudonym
),

placed as (
    select
        scores.clinic_id,
        scores.source_system,
        scores.raw_table,
        scores.file_sha256,
        scores.source_line,
        scores.score_pseudonym,
        scores.episode_pseudonym,
        coalesce(named.episode_key, attached.episode_key) as episode_key,
        coalesce(named.client_key, attached.client_key) as client_key,
        scores.session_pseudonym,
        scores.measured_on,
        scores.measured_at,
        scores.measure_id,
        measures.measure_id is not null as is_known_measure,
        scores.total_reported,
        scores.items,
        scores.is_keyed,
        coalesce(scores.rater, measures.usual_rater, 'self') as rater
    from scores
    left join {{ ref('int_episodes_linked') }} as named
        on scores.episode_pseudonym = named.episode_key
        and scores.clinic_id = named.clinic_id
    left join attached on scores.score_pseudonym = attached.score_pseudonym
    left join {{ ref('int_measures') }} as measures on scores.measure_id = measures.measure_id
)

select
    clinic_id,
    source_system,
    raw_table,
    file_sha256,
    source_line,
    score_pseudonym as score_key,
    episode_key,
    client_key,
    session_pseudonym as session_key,
    measured_on,
    measured_at,
    measure_id,
    total_reported,
    items,
    coalesce(is_keyed, true) as is_keyed,
    rater,
    case
        when not is_known_measure then 'unknown measure'
        when measured_on is null then 'a score without a date'
        when episode_key is not null then null
        when episode_pseudonym is not null then 'unknown episode'
        when client_key is null then 'unknown client'
        else 'no episode of the client covers the date'
    end as row_reason,
    case
        when not is_known_measure then 'measure_id'
        when measured_on is null then 'measured_on'
        when episode_key is not null then null
        when episode_pseudonym is not null then 'episode_pseudonym'
        when client_key is null then 'client_pseudonym'
        else 'measured_on'
    end as row_column
from placed
