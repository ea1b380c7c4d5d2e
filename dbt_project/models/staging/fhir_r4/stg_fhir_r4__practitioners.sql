with judged as (
    select
        clinic_id,
        'fhir_r4' as source_system,
        'practitioners' as raw_table,
        file_sha256,
        source_line,
        delivered_order,
        last_updated,
        practitioner_id as practitioner_pseudonym,
        role,
        {{ row_problem([missing('practitioner_id')]) }}
    from {{ source('raw_fhir_r4', 'practitioners') }}
),

{{ settle_rows('judged', entity_body('practitioners'), ['practitioner_pseudonym'], version='last_updated') }}

select {{ entity_select_list('practitioners') }}
from settled
