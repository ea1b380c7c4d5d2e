with rules as ({{ rules(['on_track_minimum_cases']) }}),

closed_scores as (
    select
        courses.measure_id,
        courses.rater,
        courses.severity_band,
        scores.position,
        scores.severity,
        cast(round(ln(scores.session_number), 6) as decimal(9, 6)) as log_session
    from {{ ref('int_courses') }} as courses
    inner join {{ ref('int_course_scores') }} as scores using (episode_key, measure_id, rater)
    where courses.ended_on is not null and courses.scores > 1
),

-- Sums of decimals are exact, so that the fit comes out the same whatever the order of the rows.
band_sums as (
    select
        measure_id,
        rater,
        severity_band,
        count(case when position = 1 then 1 end) as cases,
        count(*) as scores,
        sum(log_session) as x,
        sum(severity) as y,
        sum(log_session * log_session) as xx,
        sum(log_session * severity) as xy,
        sum(severity * severity) as yy
    from closed_scores
    group by measure_id, rater, severity_band
),

pooled_sums as (
    select
        measure_id,
        rater,
        sum(cases) as cases,
        sum(scores) as scores,
        sum(x) as x,
        sum(y) as y,
        sum(xx) as xx,
        sum(xy) as xy,
        sum(yy) as yy
    from band_sums
    group by measure_id, rater
),

bands as (
    select distinct measure_id, rater, severity_band from {{ ref('int_courses') }}
),

{%- set sums = ['cases', 'scores', 'x', 'y', 'xx', 'xy', 'yy'] %}

chosen as (
    select
        bands.measure_id,
        bands.rater,
        bands.severity_band,
        coalesce(band_sums.cases, 0) < rules.on_track_minimum_cases as is_pooled,
        {%- for sum in sums %}
        cast(case when band_sums.cases >= rules.on_track_minimum_cases then band_sums.{{ sum }} else pooled_sums.{{ sum }} end as double)
            as {{ sum }}{{ ',' if not loop.last }}
        {%- endfor %}
    from bands
    cross join rules
    left join band_sums using (measure_id, rater, severity_band)
    inner join pooled_sums using (measure_id, rater)
),

slopes as (
    select
        measure_id,
        rater,
        severity_band,
        is_pooled,
        cases,
        scores,
        x,
        y,
        xy,
        yy,
        (scores * xy - x * y) / nullif(scores * xx - x * x, 0) as slope
    from chosen
),

lines as (
    select
        measure_id,
        rater,
        severity_band,
        is_pooled,
        cases,
        scores,
        y,
        xy,
        yy,
        slope,
        (y - slope * x) / scores as intercept
    from slopes
)

select
    measure_id,
    rater,
    severity_band,
    is_pooled,
    cast(cases as bigint) as cases,
    round(intercept, 6) as intercept,
    round(slope, 6) as slope,
    round(sqrt(greatest(yy - intercept * y - slope * xy, 0) / nullif(scores - 2, 0)), 6) as residual_sd
from lines
where scores > 2 and slope is not null
