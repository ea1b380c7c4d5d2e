with judged as (
    select
        clinic_id,
        'canonical' as source_system,
        'practitioners' as raw_table,
        file_sha256,
        source_line,
        delivered_order,
        practitioner_id as practitioner_pseudonym,
        lower(role) as role,
        {{ row_problem([missing('practitioner_id')]) }}
    from {{ source('raw_canonical', 'practitioners') }}
),

deletions as (
    {{ canonical_deletions() }}
),

{{ settle_rows('judged', entity_body('practitioners'), ['practitioner_pseudonym'], 'deletions') }}

select {{ entity_select_list('practitioners') }}
from settled
