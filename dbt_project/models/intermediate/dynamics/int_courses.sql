with rules as ({{ rules(['on_track_severity_bands']) }}),

courses as (
    select
        episode_key,
        clinic_id,
        ended_on,
        measure_id,
        rater,
        count(*) as scores,
        max(case when position = 1 then severity end) as first_severity,
        coalesce(max(case when position = 1 and is_clinical then 1 end) = 1, false) as is_clinical_first,
        max(reliable_change) as reliable_change,
        max(cutoff_severity) as cutoff_severity
    from {{ ref('int_course_scores') }}
    group by episode_key, clinic_id, ended_on, measure_id, rater
)

select
    courses.episode_key,
    courses.clinic_id,
    courses.ended_on,
    courses.measure_id,
    courses.rater,
    courses.scores,
    courses.first_severity,
    courses.reliable_change,
    cast(case
        when courses.is_clinical_first
            then least(
                2 + floor((courses.first_severity - courses.cutoff_severity) / courses.reliable_change), rules.on_track_severity_bands
            )
        else 1
    end as integer) as severity_band
from courses
cross join rules
