with scores as (
    select
        measure_scores.score_key,
        measure_scores.episode_key,
        episodes.clinic_id,
        episodes.ended_on,
        measure_scores.measure_id,
        measure_scores.rater,
        measure_scores.measured_on,
        measure_scores.total,
        measure_scores.form,
        first_value(measure_scores.form) over (
            partition by measure_scores.episode_key, measure_scores.measure_id, measure_scores.rater
            order by measure_scores.measured_on, measure_scores.score_key
        ) as first_form
    from {{ ref('measure_scores') }} as measure_scores
    inner join {{ ref('episodes') }} as episodes on measure_scores.episode_key = episodes.episode_key
    where measure_scores.is_used and measure_scores.measured_on <= coalesce(episodes.ended_on, measure_scores.measured_on)
),

days as (
    select
        episode_key,
        cast(starts_at_local as date) as day,
        1 as sessions
    from {{ ref('sessions') }}
    where is_attended and kind <> 'follow_up'
    union all
    select
        episode_key,
        measured_on as day,
        0 as sessions
    from scores
),

sessions_by_day as (
    select
        episode_key,
        day,
        sum(sessions) as sessions
    from days
    group by episode_key, day
),

session_numbers as (
    select
        episode_key,
        day,
        greatest(sum(sessions) over (partition by episode_key order by day), 1) as session_number
    from sessions_by_day
),

-- The thresholds by which the first and last score of the episode are judged, for every score between them.
oriented as (
    select
        scores.score_key,
        scores.episode_key,
        scores.clinic_id,
        scores.ended_on,
        scores.measure_id,
        scores.rater,
        scores.measured_on,
        scores.total,
        session_numbers.session_number,
        case when measures.higher_is = 'worse' then 1 else -1 end as direction,
        case
            when measures.higher_is = 'worse' then scores.total - measures.minimum
            else measures.maximum - scores.total
        end as severity,
        case
            when measures.higher_is = 'worse' then thresholds.clinical_cutoff - measures.minimum
            else measures.maximum - thresholds.clinical_cutoff
        end as cutoff_severity,
        {{ is_clinical('scores.total', 'thresholds.clinical_cutoff', 'thresholds.clinical_operator') }} as is_clinical,
        changes.reliable_change
    from scores
    inner join session_numbers
        on scores.episode_key = session_numbers.episode_key and scores.measured_on = session_numbers.day
    inner join {{ ref('int_measure_changes') }} as changes
        on
            scores.episode_key = changes.episode_key
            and scores.measure_id = changes.measure_id
            and scores.rater = changes.rater
    inner join {{ ref('int_measures') }} as measures on scores.measure_id = measures.measure_id
    left join {{ ref('int_threshold_versions') }} as thresholds
        on changes.measure_id = thresholds.measure_id and changes.cutoff_version = thresholds.threshold_version
    where
        measures.axis in ('symptoms', 'functioning', 'wellbeing')
        and changes.reliable_change is not null
        and scores.form = scores.first_form
)

select
    score_key,
    episode_key,
    clinic_id,
    ended_on,
    measure_id,
    rater,
    cast(row_number() over course as integer) as position,
    measured_on,
    {{ days_between('lag(measured_on) over course', 'measured_on') }} as days_since_previous,
    cast(session_number as integer) as session_number,
    total,
    cast(severity as decimal(9, 3)) as severity,
    direction,
    cast(cutoff_severity as decimal(9, 3)) as cutoff_severity,
    is_clinical,
    reliable_change
from oriented
window course as (partition by episode_key, measure_id, rater order by measured_on, score_key)
