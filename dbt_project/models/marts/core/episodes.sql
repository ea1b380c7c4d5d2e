with rules as (
    {{ rules(['ending_early_sessions', 'ending_late_sessions', 'lapse_days', 'redirect_arrival_days']) }}
),

episodes as (
    select
        known.episode_key,
        known.clinic_id,
        known.client_key,
        known.practitioner_key,
        known.source_system,
        known.episode_source,
        known.referred_on,
        known.ended_on,
        known.ending,
        known.ending_source_code,
        endings.ending_class,
        known.problem,
        known.therapy,
        known.consultation_outcome,
        known.consultation_decided_on,
        known.redirected_to,
        known.redirect_arrived_on,
        known.has_closing_notice,
        coalesce(known.consultation_outcome = 'redirected', false) or coalesce(known.ending = 'redirected', false) as is_redirected,
        case
            when known.consultation_outcome = 'redirected' then coalesce(known.consultation_decided_on, known.ended_on)
            when known.ending = 'redirected' then known.ended_on
        end as redirected_on
    from {{ ref('int_episodes_known') }} as known
    left join {{ ref('endings') }} as endings on known.ending = endings.ending
),

counted as (
    select
        episode_key,
        attended_dates,
        attended_sessions,
        attended_treatment_sessions,
        missed_sessions,
        first_session_on,
        first_treatment_on,
        last_attended_on,
        next_session_on
    from {{ ref('int_episode_contacts') }}
)

select
    episodes.episode_key,
    episodes.clinic_id,
    episodes.client_key,
    episodes.practitioner_key,
    episodes.source_system,
    episodes.episode_key as source_episode_pseudonym,
    episodes.episode_source,
    clinics.roll_up,
    episodes.referred_on,
    counted.first_session_on,
    counted.first_treatment_on,
    counted.last_attended_on,
    episodes.ended_on,
    episodes.ending,
    episodes.ending_source_code,
    episodes.ending_class,
    case
        when episodes.ended_on is null then null
        when coalesce(counted.attended_treatment_sessions, 0) = 0 then 'during_assessment'
        when counted.attended_treatment_sessions <= rules.ending_early_sessions then 'early'
        when counted.attended_treatment_sessions < rules.ending_late_sessions then 'mid'
        else 'late'
    end as ending_phase,
    cast(coalesce(counted.attended_sessions, 0) as bigint) as attended_sessions,
    cast(coalesce(counted.attended_treatment_sessions, 0) as bigint) as attended_treatment_sessions,
    cast(coalesce(counted.missed_sessions, 0) as bigint) as missed_sessions,
    episodes.ended_on is not null and coalesce(counted.attended_treatment_sessions, 0) >= 2 as is_finished,
    episodes.ended_on is not null and coalesce(counted.attended_treatment_sessions, 0) = 1 as is_treated_once,
    episodes.ended_on is not null and coalesce(counted.attended_treatment_sessions, 0) = 0 as is_ended_before_treatment,
    episodes.ended_on is null
    and counted.next_session_on is null
    and {{ days_between('coalesce(counted.last_attended_on, episodes.referred_on)', 'parameters.as_of') }} > rules.lapse_days as is_lapsed,
    episodes.problem,
    episodes.therapy,
    episodes.consultation_outcome,
    episodes.consultation_decided_on,
    episodes.redirected_to,
    episodes.redirect_arrived_on,
    coalesce(episodes.is_redirected, false) as is_redirected,
    case
        when not coalesce(episodes.is_redirected, false) then null
        when {{ days_between('episodes.redirected_on', 'episodes.redirect_arrived_on') }} <= rules.redirect_arrival_days then true
        when episodes.redirect_arrived_on is not null then false
        when {{ days_between('episodes.redirected_on', 'parameters.as_of') }} > rules.redirect_arrival_days then false
    end as is_redirect_arrived,
    episodes.has_closing_notice,
    records.items_recorded as consultation_items_recorded,
    records.items_done as consultation_items_done,
    records.record_rate as consultation_record_rate,
    cast(year(episodes.referred_on) - clients.birth_year as integer) as age_at_referral,
    clients.gender,
    clients.employment_status,
    clients.deprivation_decile
from episodes
inner join {{ source('inputs', 'clinics') }} as clinics on episodes.clinic_id = clinics.clinic_id
inner join {{ ref('clients') }} as clients on episodes.client_key = clients.client_key
left join counted on episodes.episode_key = counted.episode_key
left join {{ ref('int_consultation_records') }} as records on episodes.episode_key = records.episode_key
cross join {{ source('inputs', 'parameters') }} as parameters
cross join rules
