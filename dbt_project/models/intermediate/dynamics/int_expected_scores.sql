with rules as ({{ rules(['on_track_limit_sd', 'on_track_first_session']) }}),

expected as (
    select
        scores.episode_key,
        scores.clinic_id,
        scores.measure_id,
        scores.rater,
        scores.position,
        scores.measured_on,
        scores.session_number,
        scores.total,
        scores.severity,
        scores.direction,
        courses.severity_band,
        expected_courses.intercept + expected_courses.slope * ln(scores.session_number) as expected_severity,
        rules.on_track_limit_sd * expected_courses.residual_sd as margin
    from {{ ref('int_course_scores') }} as scores
    inner join {{ ref('int_courses') }} as courses using (episode_key, measure_id, rater)
    inner join {{ ref('int_expected_courses') }} as expected_courses
        on
            courses.measure_id = expected_courses.measure_id
            and courses.rater = expected_courses.rater
            and courses.severity_band = expected_courses.severity_band
    cross join rules
    where scores.session_number >= rules.on_track_first_session
),

-- Rounded to a thousandth of a point, so that every engine gives the same verdict on a score at the limit.
limits as (
    select
        episode_key,
        clinic_id,
        measure_id,
        rater,
        position,
        measured_on,
        session_number,
        total,
        severity,
        direction,
        cast(round(expected_severity, 3) as decimal(9, 3)) as expected_severity,
        cast(round(expected_severity + margin, 3) as decimal(9, 3)) as limit_severity
    from expected
),

runs as (
    select
        episode_key,
        clinic_id,
        measure_id,
        rater,
        position,
        measured_on,
        session_number,
        total,
        severity,
        direction,
        expected_severity,
        limit_severity,
        count(case when severity <= limit_severity then 1 end) over course as on_track_before
    from limits
    window course as (partition by episode_key, measure_id, rater order by position)
)

select
    episode_key,
    clinic_id,
    measure_id,
    rater,
    position,
    measured_on,
    session_number,
    total,
    cast(total - direction * (severity - expected_severity) as decimal(9, 3)) as expected_score,
    cast(total - direction * (severity - limit_severity) as decimal(9, 3)) as limit_score,
    severity > limit_severity as is_off_track,
    case when severity > limit_severity then count(case when severity > limit_severity then 1 end) over (
        partition by episode_key, measure_id, rater, on_track_before order by position
    ) else 0 end as off_track_in_row
from runs
