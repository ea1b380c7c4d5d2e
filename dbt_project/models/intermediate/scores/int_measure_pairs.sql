-- First and last by the roll-up of the clinic.
-- Talking therapies: first, the earliest on or before the first treatment session, or taken at it; last, the latest up to the ending.
-- Children and young people (NHS England, MHSDS outcome SQL): first, the earliest from the first contact on; last, the latest from the second
-- contact on up to the ending. What is measured after the ending is a follow-up and not part of either.
with scores as (
    select
        scores.episode_key,
        scores.measure_id,
        scores.rater,
        scores.score_key,
        scores.measured_on,
        scores.total,
        scores.form,
        case episodes.roll_up
            when 'nhs_cyp' then scores.measured_on >= {{ list_item('contacts.attended_dates', '1') }}
            else
                contacts.first_treatment_on is null
                or scores.measured_on <= contacts.first_treatment_on
                or coalesce(scores.session_key = contacts.first_treatment_session_key, false)
        end as is_before_therapy,
        case episodes.roll_up
            when 'nhs_cyp' then scores.measured_on >= {{ list_item('contacts.attended_dates', '2') }}
            else true
        end as is_possible_last
    from {{ ref('measure_scores') }} as scores
    inner join {{ ref('episodes') }} as episodes on scores.episode_key = episodes.episode_key
    left join {{ ref('int_episode_contacts') }} as contacts on scores.episode_key = contacts.episode_key
    where
        scores.is_used
        and scores.measured_on <= coalesce(episodes.ended_on, scores.measured_on)
)

select
    episode_key,
    measure_id,
    rater,
    count(*) as valid_scores,
    min(measured_on) filter (where is_before_therapy) as first_on,
    min_by(total, measured_on) filter (where is_before_therapy) as first_score,
    min_by(form, measured_on) filter (where is_before_therapy) as first_form,
    min_by(score_key, measured_on) filter (where is_before_therapy) as first_score_key,
    max(measured_on) filter (where is_possible_last) as last_on,
    max_by(total, measured_on) filter (where is_possible_last) as last_score,
    max_by(form, measured_on) filter (where is_possible_last) as last_form,
    max_by(score_key, measured_on) filter (where is_possible_last) as last_score_key
from scores
group by episode_key, measure_id, rater
