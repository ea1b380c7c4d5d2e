-- read by the scores, the goals, their ratings and four tests: worked out once
{{ config(materialized='table') }}

with contacts as (
    select
        clinic_id,
        unique_carecontactid,
        max_by({{ parse_date('carecontdate', 'dmy') }}, (delivered_order, {{ nhs_submission() }})) as contact_on
    from {{ source('raw_nhs_iapt', 'care_contacts') }}
    where unique_carecontactid is not null
    group by clinic_id, unique_carecontactid
),

source as (
    select
        clinic_id,
        'referral_assessments' as raw_table,
        file_sha256,
        source_line,
        delivered_order,
        {{ nhs_submission() }} as submission,
        pathwayid,
        cast(null as string) as unique_carecontactid,
        codedasstooltype,
        persscore,
        asstoolcompdate,
        asstoolcomptime
    from {{ source('raw_nhs_iapt', 'referral_assessments') }}

    union all

    select
        clinic_id,
        'activity_assessments' as raw_table,
        file_sha256,
        source_line,
        delivered_order,
        {{ nhs_submission() }} as submission,
        pathwayid,
        unique_carecontactid,
        codedasstooltype,
        persscore,
        asstoolcompdate,
        asstoolcomptime
    from {{ source('raw_nhs_iapt', 'activity_assessments') }}
),

typed as (
    select
        source.*,
        tools.snomed_code is not null as is_known_tool,
        tools.measure_id,
        tools.goal_number,
        tools.minimum,
        tools.maximum,
        tools.rater,
        -- 14/27 and 14.0 are 14; the part behind the stroke must be the highest score
        case
            when source.persscore not like '%/%' then {{ parse_number('source.persscore') }}
            when {{ parse_number("trim(split_part(source.persscore, '/', 2))") }} = tools.maximum then {{ parse_number("trim(split_part(source.persscore, '/', 1))") }}
        end as score,
        coalesce({{ parse_date('source.asstoolcompdate', 'dmy') }}, case when source.asstoolcompdate is null then contacts.contact_on end) as measured_on
    from source
    left join {{ ref('nhs_assessments') }} as tools on source.codedasstooltype = tools.snomed_code
    left join contacts
        on source.clinic_id = contacts.clinic_id
        and source.unique_carecontactid = contacts.unique_carecontactid
),

activity_scores as (
    select distinct
        clinic_id,
        -- a plain key of the join below: a condition on the left side of an outer join alone would compare every pair of rows
        'referral_assessments' as repeated_in,
        pathwayid,
        codedasstooltype,
        measured_on,
        score
    from typed
    where raw_table = 'activity_assessments'
)

select
    typed.clinic_id,
    typed.raw_table,
    typed.file_sha256,
    typed.source_line,
    typed.delivered_order,
    typed.submission,
    typed.pathwayid as episode_pseudonym,
    typed.unique_carecontactid as session_pseudonym,
    typed.measure_id,
    typed.goal_number,
    typed.rater,
    typed.score,
    typed.measured_on,
    {{ parse_time("cast(typed.measured_on as string) || ' ' || left(typed.asstoolcomptime, 8)") }} as measured_at_local,
    {{ derived_key(['typed.raw_table', 'typed.pathwayid', 'typed.unique_carecontactid', 'typed.codedasstooltype', 'typed.measured_on', 'typed.asstoolcomptime']) }} as score_pseudonym,
    case when typed.goal_number is not null then {{ derived_key(['typed.pathwayid', 'typed.goal_number']) }} end as goal_pseudonym,
    case
        when typed.codedasstooltype is not null and not typed.is_known_tool then 'an assessment that is not one of the measures read here'
        when activity_scores.pathwayid is not null then 'the care activity has the same score'
    end as left_out_reason,
    {{ row_problem([
        ('PathwayID', 'typed.pathwayid is null', 'a required value is missing'),
        ('CodedAssToolType', 'typed.codedasstooltype is null', 'a required value is missing'),
        ('Unique_CareContactID', "typed.is_known_tool and typed.measured_on is null and typed.asstoolcompdate is null and typed.raw_table = 'activity_assessments'",
         'its care contact, which has the date, is not there'),
        ('AssToolCompDate', 'typed.is_known_tool and typed.measured_on is null and typed.asstoolcompdate is null', 'a required value is missing'),
        ('AssToolCompDate', 'typed.is_known_tool and typed.measured_on is null', 'not a date in the declared format'),
        ('PersScore', 'typed.is_known_tool and typed.persscore is null', 'a required value is missing'),
        ('PersScore', 'typed.is_known_tool and typed.score is null', 'not a number'),
        ('PersScore', 'typed.score not between typed.minimum and typed.maximum', 'outside the range of this assessment'),
    ]) }}
from typed
left join activity_scores
    on typed.raw_table = activity_scores.repeated_in
    and typed.clinic_id = activity_scores.clinic_id
    and typed.pathwayid = activity_scores.pathwayid
    and typed.codedasstooltype = activity_scores.codedasstooltype
    and typed.measured_on = activity_scores.measured_on
    and typed.score = activity_scores.score
