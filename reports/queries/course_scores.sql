-- Scores along the way, by what kind of worsening the course had: median and middle half at each measurement, on the
-- questionnaire that leads the outcome of most courses; a point stands for ten people or more.
with most_used as (
    select symptom_measure_1 as measure_id
    from core.episode_outcomes
    where symptom_measure_1 is not null
    group by symptom_measure_1
    order by count(*) desc, symptom_measure_1
    limit 1
),

courses as (
    select
        score_trajectories.clinic_id,
        score_trajectories.episode_key,
        score_trajectories.measure_id,
        score_trajectories.last_on,
        if(score_trajectories.label in ('sharp_sustained', 'sustained_gradual'), 'lasting', score_trajectories.label) as course
    from core.score_trajectories
    inner join most_used on score_trajectories.measure_id = most_used.measure_id
    inner join core.episode_outcomes on score_trajectories.episode_key = episode_outcomes.episode_key
    where
        score_trajectories.rater = 'self'
        and score_trajectories.label in ('none', 'transient', 'sharp_sustained', 'sustained_gradual')
        and episode_outcomes.ended_on >= $month - interval 11 month
        and episode_outcomes.ended_on < $month + interval 1 month
        and score_trajectories.clinic_id in $clinics
),

numbered as (
    select
        courses.clinic_id,
        courses.course,
        courses.measure_id,
        measure_scores.total,
        row_number() over (
            partition by courses.episode_key order by measure_scores.measured_on, measure_scores.score_key
        ) as measurement
    from courses
    inner join core.measure_scores
        on
            courses.episode_key = measure_scores.episode_key
            and courses.measure_id = measure_scores.measure_id
            and measure_scores.rater = 'self'
            and measure_scores.is_used
            and courses.last_on >= measure_scores.measured_on
)

select
    $whose as clinic_id,
    numbered.course,
    measures.name as measure,
    measures.minimum,
    measures.maximum,
    numbered.measurement,
    count(*) as people,
    quantile_cont(numbered.total, 0.25)::double as lower_quarter,
    quantile_cont(numbered.total, 0.5)::double as median,
    quantile_cont(numbered.total, 0.75)::double as upper_quarter
from numbered
inner join core.measures on numbered.measure_id = measures.measure_id
group by all
having count(*) >= 10
order by clinic_id, course, measurement
