{{ config(materialized='view') }}

-- What was known on the as-of date: later referrals are left out, later endings, decisions and arrivals have not happened yet.
-- A derived episode has ended when the gap that would open the next one has passed since its last session; nobody said how.
with rules as (
    {{ rules(['episode_gap_days']) }}
),

dated as (
    select
        episodes.clinic_id,
        episodes.source_system,
        episodes.episode_key,
        episodes.client_key,
        episodes.practitioner_key,
        episodes.referred_on,
        episodes.consultation_outcome,
        episodes.consultation_decided_on,
        episodes.problem,
        episodes.therapy,
        episodes.ending,
        episodes.ending_source_code,
        episodes.redirected_to,
        episodes.redirect_arrived_on,
        episodes.has_closing_notice,
        episodes.episode_source,
        parameters.as_of,
        case
            when episodes.ended_on <= parameters.as_of then episodes.ended_on
            when {{ days_between('episodes.derived_last_on', 'parameters.as_of') }} > rules.episode_gap_days then episodes.derived_last_on
        end as known_ended_on
    from {{ ref('int_episodes_linked') }} as episodes
    cross join {{ source('inputs', 'parameters') }} as parameters
    cross join rules
    where episodes.referred_on <= parameters.as_of
)

select
    clinic_id,
    source_system,
    episode_key,
    client_key,
    practitioner_key,
    referred_on,
    case when coalesce(consultation_decided_on, referred_on) <= as_of then consultation_outcome end as consultation_outcome,
    case when consultation_decided_on <= as_of then consultation_decided_on end as consultation_decided_on,
    problem,
    therapy,
    known_ended_on as ended_on,
    case when known_ended_on is not null then coalesce(ending, 'unknown') end as ending,
    case when known_ended_on is not null then ending_source_code end as ending_source_code,
    redirected_to,
    case when redirect_arrived_on <= as_of then redirect_arrived_on end as redirect_arrived_on,
    has_closing_notice,
    episode_source
from dated
