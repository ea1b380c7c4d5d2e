with episodes as (
    select
        episode_key,
        clinic_id,
        source_system,
        referred_on,
        first_treatment_on,
        ended_on,
        consultation_outcome,
        consultation_decided_on,
        consultation_items_recorded,
        consultation_items_done,
        consultation_record_rate,
        is_redirected,
        redirected_to,
        redirect_arrived_on,
        is_redirect_arrived
    from {{ ref('episodes') }}
    where consultation_outcome is not null or consultation_items_recorded is not null
),

-- A system that never once told of an arrival does not record them: silence there is no failure to arrive.
recording_systems as (
    select source_system, max(redirect_arrived_on) is not null as is_arrival_recorded
    from {{ ref('episodes') }}
    group by source_system
),

first_scores as (
    select scores.episode_key, min(scores.measured_on) as first_on
    from {{ ref('measure_scores') }} as scores
    inner join {{ ref('int_measures') }} as measures on scores.measure_id = measures.measure_id
    where scores.is_used and measures.axis in ('symptoms', 'functioning', 'wellbeing')
    group by scores.episode_key
)

select
    episodes.episode_key,
    episodes.clinic_id,
    episodes.referred_on,
    episodes.consultation_outcome,
    episodes.consultation_decided_on,
    cast({{ days_between('episodes.referred_on', 'episodes.consultation_decided_on') }} as bigint) as days_to_decision,
    episodes.consultation_items_recorded as items_recorded,
    episodes.consultation_items_done as items_done,
    episodes.consultation_record_rate as record_rate,
    coalesce(
        first_scores.first_on <= coalesce(episodes.consultation_decided_on, episodes.first_treatment_on, episodes.ended_on, first_scores.first_on), false
    ) as has_baseline_score,
    episodes.is_redirected,
    episodes.redirected_to,
    episodes.redirect_arrived_on,
    case
        when not episodes.is_redirected then null
        when episodes.is_redirect_arrived then 'arrived'
        when episodes.redirect_arrived_on is not null then 'arrived_late'
        when not recording_systems.is_arrival_recorded then 'not_recorded'
        when episodes.is_redirect_arrived is null then 'pending'
        else 'not_arrived'
    end as redirect_state,
    episodes.consultation_outcome = 'redirected' as is_timely_redirect,
    case when episodes.ended_on is not null then outcomes.is_late_redirect end as is_late_redirect
from episodes
inner join recording_systems on episodes.source_system = recording_systems.source_system
left join first_scores on episodes.episode_key = first_scores.episode_key
left join {{ ref('episode_outcomes') }} as outcomes on episodes.episode_key = outcomes.episode_key
