with judged as (
    select
        practitioners.clinic_id,
        'pmhc_mds' as source_system,
        'practitioners' as raw_table,
        practitioners.file_sha256,
        practitioners.source_line,
        practitioners.delivered_order,
        practitioners.practitioner_key as practitioner_pseudonym,
        categories.value as role,
        {{ row_problem([
            missing('practitioner_key'),
            not_a_deletion_mark(),
        ]) }}
    from {{ source('raw_pmhc_mds', 'practitioners') }} as practitioners
    left join {{ ref('pmhc_codes') }} as categories
        on categories.field = 'practitioner_category' and practitioners.practitioner_category = categories.source_code
    where coalesce(practitioners.{{ adapter.quote('delete') }}, '') <> 'delete'
),

deletions as (
    {{ requested_deletions('raw_pmhc_mds', {'practitioners': 'practitioner_key'}) }}
),

{{ settle_rows('judged', entity_body('practitioners'), ['practitioner_pseudonym'], 'deletions') }}

select {{ entity_select_list('practitioners') }}
from settled
union all
{{ deletion_request_rows('pmhc_mds', ['practitioners'], entity_columns('practitioners')) }}
