with judged as (
    select
        clinic_id,
        'nhs_iapt' as source_system,
        raw_table,
        file_sha256,
        source_line,
        delivered_order,
        submission,
        goal_pseudonym,
        measured_on as rated_on,
        score as rating,
        left_out_reason,
        row_reason,
        row_column
    from {{ ref('stg_nhs_iapt__assessments') }}
    where goal_number is not null
),

{{ settle_rows('judged', entity_body('goal_ratings') + ['left_out_reason'], ['goal_pseudonym', 'rated_on', 'left_out_reason'], version='submission') }}

{{ without_left_out('goal_ratings') }}
