with judged as (
    select
        clinic_id,
        'cliniko' as source_system,
        'practitioners' as raw_table,
        file_sha256,
        source_line,
        delivered_order,
        updated_at,
        practitioner_id as practitioner_pseudonym,
        nullif(lower(role), 'invalid') as role,
        {{ row_problem([missing('practitioner_id')]) }}
    from {{ source('raw_cliniko', 'practitioners') }}
),

{{ settle_rows('judged', entity_body('practitioners'), ['practitioner_pseudonym'], version='updated_at') }}

select {{ entity_select_list('practitioners') }}
from settled
