with rules as (
    {{ rules(['late_redirect_sessions']) }}
),

-- A referral and rater has its own result there (core.rater_outcomes); for the episode the client's own view speaks, then a parent's, then the clinician's.
-- Goals are an axis of their own and do not speak for symptoms.
young_people as (
    select
        episode_key,
        min_by(rater, case rater when 'self' then 1 when 'parent' then 2 else 3 end) as outcome_rater
    from {{ ref('int_cyp_rater_outcomes') }}
    where rater <> 'goals'
    group by episode_key
),

ended as (
    select
        episodes.episode_key,
        episodes.clinic_id,
        episodes.client_key,
        episodes.practitioner_key,
        episodes.ended_on,
        episodes.ending_class,
        episodes.ending_phase,
        episodes.roll_up,
        episodes.is_finished,
        episodes.attended_treatment_sessions,
        episodes.consultation_outcome,
        episodes.consultation_record_rate,
        episodes.is_redirected,
        episodes.is_redirect_arrived,
        adults.symptom_measure_1,
        adults.symptom_measure_2,
        case episodes.roll_up
            when 'nhs_cyp' then case when by_rater.episode_key is not null then 'any_measure' end
            else adults.outcome_basis
        end as outcome_basis,
        case episodes.roll_up when 'nhs_cyp' then young_people.outcome_rater else 'self' end as outcome_rater,
        case episodes.roll_up when 'nhs_cyp' then by_rater.episode_key is not null else coalesce(adults.has_paired_scores, false) end as has_paired_scores,
        adults.is_at_caseness,
        case when episodes.roll_up <> 'nhs_cyp' then case when adults.episode_key is null then false else adults.is_recovered end end as is_recovered,
        case when episodes.roll_up <> 'nhs_cyp' then case when adults.episode_key is null then false else adults.is_reliably_recovered end end
            as is_reliably_recovered,
        case
            when episodes.roll_up = 'nhs_cyp' then coalesce(by_rater.is_reliably_improved, false)
            when adults.episode_key is null then false
            else adults.is_reliably_improved
        end as is_reliably_improved,
        case
            when episodes.roll_up = 'nhs_cyp' then coalesce(by_rater.is_reliably_deteriorated, false)
            when adults.episode_key is null then false
            else adults.is_reliably_deteriorated
        end as is_reliably_deteriorated,
        case
            when episodes.roll_up = 'nhs_cyp' then coalesce(by_rater.is_no_reliable_change, false)
            when adults.episode_key is null then false
            else adults.is_no_reliable_change
        end as is_no_reliable_change,
        case
            when episodes.roll_up = 'nhs_cyp' then coalesce(by_rater.is_mixed, false)
            when adults.episode_key is null then false
            else adults.is_mixed
        end as is_mixed
    from {{ ref('episodes') }} as episodes
    left join {{ ref('int_talking_therapies_outcomes') }} as adults on episodes.episode_key = adults.episode_key
    left join young_people on episodes.episode_key = young_people.episode_key
    left join {{ ref('int_cyp_rater_outcomes') }} as by_rater
        on young_people.episode_key = by_rater.episode_key
        and young_people.outcome_rater = by_rater.rater
    where episodes.ended_on is not null
),

-- An ending by the client after an effect is a unilateral success; without one, a dropout; without a pair nobody knows.
effects as (
    select
        ended.*,
        case
            when ended.ending_class <> 'client_unplanned' then null
            when not ended.has_paired_scores then null
            when ended.is_reliably_improved or coalesce(ended.is_recovered, false) then 'with_effect'
            else 'without_effect'
        end as ending_effect
    from ended
),

outcomes as (
    select
        ended.episode_key,
        ended.clinic_id,
        ended.client_key,
        ended.practitioner_key,
        ended.ended_on,
        ended.ending_class,
        ended.ending_phase,
        case when ended.ending_class = 'client_unplanned' then coalesce(ended.ending_effect, 'effect_unknown') end as ending_effect,
        ended.roll_up,
        ended.is_finished,
        ended.attended_treatment_sessions,
        ended.symptom_measure_1,
        ended.symptom_measure_2,
        ended.outcome_basis,
        ended.outcome_rater,
        ended.has_paired_scores,
        ended.is_at_caseness,
        ended.is_recovered,
        ended.is_reliably_improved,
        ended.is_reliably_deteriorated,
        ended.is_reliably_recovered,
        ended.is_no_reliable_change,
        ended.is_mixed,
        cast(coalesce(goals.goals_recorded, 0) as bigint) as goals_recorded,
        cast(coalesce(goals.goals_at_start, 0) as bigint) as goals_at_start,
        cast(coalesce(goals.goals_with_pair, 0) as bigint) as goals_with_pair,
        cast(coalesce(goals.goals_counted, 0) as bigint) as goals_counted,
        cast(coalesce(goals.goals_left_out, 0) as bigint) as goals_left_out,
        cast(coalesce(goals.goals_achieved, 0) as bigint) as goals_achieved,
        goals.goal_mean_change,
        goals.goal_mean_change_at_start,
        goals.is_goals_attained,
        goals.is_goals_attained_by_mean,
        goals.gas_t_score,
        goals.gas_t_baseline,
        life.life_measure_id,
        life.life_change,
        life.is_life_improved,
        life.is_life_deteriorated,
        ended.consultation_outcome,
        ended.consultation_record_rate,
        ended.is_redirected,
        ended.is_redirect_arrived,
        case
            when ended.consultation_outcome is null or ended.consultation_outcome <> 'accepted' then false
            when ended.attended_treatment_sessions > rules.late_redirect_sessions then false
            when ended.ending_class = 'redirected' then true
            when ended.ending_class = 'client_unplanned' and ended.attended_treatment_sessions > 0 then ended.ending_effect = 'without_effect'
            else false
        end as is_late_redirect,
        involvement.client_attendance_rate,
        involvement.measured_session_rate,
        coalesce(involvement.alliance_scores, 0) as alliance_scores
    from effects as ended
    left join {{ ref('int_goal_outcomes') }} as goals on ended.episode_key = goals.episode_key
    left join {{ ref('int_life_outcomes') }} as life on ended.episode_key = life.episode_key
    left join {{ ref('int_involvement') }} as involvement on ended.episode_key = involvement.episode_key
    cross join rules
)

select
    episode_key,
    clinic_id,
    client_key,
    practitioner_key,
    ended_on,
    ending_class,
    ending_phase,
    ending_effect,
    roll_up,
    is_finished,
    attended_treatment_sessions,
    symptom_measure_1,
    symptom_measure_2,
    outcome_basis,
    outcome_rater,
    has_paired_scores,
    is_at_caseness,
    is_recovered,
    is_reliably_improved,
    is_reliably_deteriorated,
    is_reliably_recovered,
    is_no_reliable_change,
    is_mixed,
    goals_recorded,
    goals_at_start,
    goals_with_pair,
    goals_counted,
    goals_left_out,
    goals_achieved,
    goal_mean_change,
    goal_mean_change_at_start,
    is_goals_attained,
    is_goals_attained_by_mean,
    gas_t_score,
    gas_t_baseline,
    life_measure_id,
    life_change,
    is_life_improved,
    is_life_deteriorated,
    consultation_outcome,
    consultation_record_rate,
    is_redirected,
    is_redirect_arrived,
    is_late_redirect,
    client_attendance_rate,
    measured_session_rate,
    alliance_scores,
    {{ episode_summary() }} as summary
from outcomes
