select
    clinic_id,
    source_system,
    episode_key,
    client_key,
    practitioner_key,
    referred_on,
    consultation_outcome,
    consultation_decided_on,
    problem,
    therapy,
    ended_on,
    ending,
    ending_source_code,
    redirected_to,
    redirect_arrived_on,
    has_closing_notice,
    coalesce(episode_source, 'explicit') as episode_source,
    cast(null as date) as derived_last_on
from {{ ref('int_episodes_placed') }}
where row_reason is null

union all

select
    clinic_id,
    source_system,
    episode_key,
    client_key,
    practitioner_key,
    first_session_on as referred_on,
    null as consultation_outcome,
    null as consultation_decided_on,
    null as problem,
    null as therapy,
    null as ended_on,
    null as ending,
    null as ending_source_code,
    null as redirected_to,
    null as redirect_arrived_on,
    null as has_closing_notice,
    'derived' as episode_source,
    last_session_on as derived_last_on
from {{ ref('int_episodes_derived') }}
