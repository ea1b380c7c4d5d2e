{{ config(materialized='view') }}

select
    episodes.clinic_id,
    episodes.source_system,
    episodes.raw_table,
    episodes.file_sha256,
    episodes.source_line,
    episodes.episode_pseudonym as episode_key,
    clients.client_key,
    episodes.practitioner_pseudonym as practitioner_key,
    episodes.referred_on,
    episodes.consultation_outcome,
    episodes.consultation_decided_on,
    episodes.problem,
    episodes.therapy,
    episodes.ended_on,
    episodes.ending,
    episodes.ending_source_code,
    episodes.redirected_to,
    episodes.redirect_arrived_on,
    episodes.has_closing_notice,
    episodes.episode_source,
    case when clients.client_key is null then 'unknown client' end as row_reason,
    case when clients.client_key is null then 'client_pseudonym' end as row_column
from {{ ref('int_episodes_unioned') }} as episodes
left join {{ ref('int_clients_linked') }} as clients
    on episodes.client_pseudonym = clients.client_pseudonym
    and episodes.clinic_id = clients.clinic_id
where episodes.row_state = 'current'
