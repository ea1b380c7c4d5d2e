select
    clinic_id,
    episode_key,
    client_key,
    min_by(source_system, (starts_at, session_pseudonym)) as source_system,
    min_by(practitioner_pseudonym, (starts_at, session_pseudonym)) filter (where practitioner_pseudonym is not null) as practitioner_key,
    min(session_on) as first_session_on,
    max(session_on) as last_session_on
from {{ ref('int_sessions_attached') }}
where is_derived
group by clinic_id, episode_key, client_key
