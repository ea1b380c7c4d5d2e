with judged as (
    select
        activities.clinic_id,
        'nhs_iapt' as source_system,
        'care_activities' as raw_table,
        activities.file_sha256,
        activities.source_line,
        activities.delivered_order,
        {{ nhs_submission() }} as submission,
        activities.unique_careactivityid as activity_pseudonym,
        activities.unique_carecontactid as session_pseudonym,
        activities.pathwayid as episode_pseudonym,
        activities.careperslocalid as practitioner_pseudonym,
        codes.meaning as therapy,
        {{ row_problem([
            missing('Unique_CareActivityID'),
            missing('Unique_CareContactID'),
        ]) }}
    from {{ source('raw_nhs_iapt', 'care_activities') }} as activities
    -- a status stands behind the code after a colon
    left join {{ ref('nhs_codes') }} as codes
        on codes.column_name = 'CodeProcAndProcStatus' and split_part(activities.codeprocandprocstatus, ':', 1) = codes.code
),

{{ settle_rows(
    'judged',
    ['clinic_id', 'source_system', 'raw_table', 'file_sha256', 'source_line', 'activity_pseudonym', 'session_pseudonym', 'episode_pseudonym',
     'practitioner_pseudonym', 'therapy'],
    ['activity_pseudonym'],
    version='submission'
) }}

select
    clinic_id,
    source_system,
    raw_table,
    file_sha256,
    source_line,
    activity_pseudonym,
    session_pseudonym,
    episode_pseudonym,
    practitioner_pseudonym,
    therapy,
    row_state,
    row_reason,
    row_column
from settled
