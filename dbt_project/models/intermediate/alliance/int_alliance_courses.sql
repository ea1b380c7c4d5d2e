with rules as ({{ rules(['alliance_flat_sessions', 'alliance_rupture_prior_scores']) }}),

courses as (
    select
        episode_key,
        clinic_id,
        measure_id,
        rater,
        count(*) as scores,
        max(measured_on) as last_on,
        min(level) as lowest_level,
        max(span) as span
    from {{ ref('int_alliance_scores') }}
    group by episode_key, clinic_id, measure_id, rater
)

select
    courses.episode_key,
    courses.clinic_id,
    courses.measure_id,
    courses.rater,
    courses.scores,
    courses.last_on,
    courses.scores > rules.alliance_rupture_prior_scores as is_rupture_evaluable,
    courses.scores >= rules.alliance_flat_sessions and courses.lowest_level = courses.span as is_flat_line
from courses
cross join rules
