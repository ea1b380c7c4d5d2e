-- First and last scores of everyone who finished in the twelve months up to the reported one, on the questionnaire that
-- leads the outcome of most of them. One row a pair of scores with its people. Not under the external profile, where a dot would be a person.
with changes as (
    select
        measure_changes.clinic_id,
        measure_changes.measure_id,
        measure_changes.first_score,
        measure_changes.last_score,
        measure_changes.reliable_change_threshold,
        measure_changes.is_reliably_improved,
        measure_changes.is_reliably_deteriorated
    from core.measure_changes
    inner join core.episode_outcomes on measure_changes.episode_key = episode_outcomes.episode_key
    where
        measure_changes.measure_id = episode_outcomes.symptom_measure_1
        and measure_changes.rater = 'self'
        and episode_outcomes.is_finished
        and episode_outcomes.ended_on >= $month - interval 11 month
        and episode_outcomes.ended_on < $month + interval 1 month
        and measure_changes.clinic_id in $clinics
        and (select parameters.disclosure from ops.parameters) = 'internal'
),

pairs as (
    select
        $whose as clinic_id,
        measure_id,
        first_score,
        last_score,
        reliable_change_threshold,
        is_reliably_improved,
        is_reliably_deteriorated
    from changes
),

most_used as (
    select
        clinic_id,
        measure_id
    from pairs
    group by clinic_id, measure_id
    qualify row_number() over (partition by clinic_id order by count(*) desc, measure_id) = 1
)

select
    pairs.clinic_id,
    measures.name as measure,
    measures.minimum,
    measures.maximum,
    measures.higher_is,
    measures.clinical_cutoff,
    pairs.reliable_change_threshold,
    pairs.first_score,
    pairs.last_score,
    pairs.is_reliably_improved,
    pairs.is_reliably_deteriorated,
    count(*) as people
from pairs
inner join most_used on pairs.clinic_id = most_used.clinic_id and pairs.measure_id = most_used.measure_id
inner join core.measures on pairs.measure_id = measures.measure_id
group by all
order by pairs.clinic_id, pairs.first_score, pairs.last_score
