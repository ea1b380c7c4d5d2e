with judged as (
    select
        assessments.clinic_id,
        'nhs_iapt' as source_system,
        assessments.raw_table,
        assessments.file_sha256,
        assessments.source_line,
        assessments.delivered_order,
        assessments.submission,
        assessments.score_pseudonym,
        assessments.episode_pseudonym,
        cast(null as string) as client_pseudonym,
        assessments.session_pseudonym,
        assessments.measured_on,
        {{ utc_from_local('assessments.measured_at_local', 'clinics.time_zone') }} as measured_at,
        assessments.measure_id,
        assessments.score as total_reported,
        cast(null as string) as items,
        true as is_keyed,
        assessments.rater,
        assessments.left_out_reason,
        assessments.row_reason,
        assessments.row_column
    from {{ ref('stg_nhs_iapt__assessments') }} as assessments
    inner join {{ source('inputs', 'clinics') }} as clinics on assessments.clinic_id = clinics.clinic_id
    where assessments.goal_number is null
),

{{ settle_rows('judged', entity_body('scores') + ['left_out_reason'], ['score_pseudonym'], version='submission') }}

{{ without_left_out('scores') }}
