with judged as (
    select
        clinic_id,
        'canonical' as source_system,
        'deletions' as raw_table,
        file_sha256,
        source_line,
        delivered_order,
        lower({{ adapter.quote('table') }}) as deleted_from,
        {{ adapter.quote('key') }} as deleted_key,
        {{ row_problem([
            ('table', adapter.quote('table') ~ ' is null', 'a required value is missing'),
            ('table', 'lower(' ~ adapter.quote('table') ~ ") not in ('clients', 'practitioners', 'episodes', 'sessions', 'scores', 'goals')",
             'not a table whose rows can be withdrawn by one key'),
            ('key', adapter.quote('key') ~ ' is null', 'a required value is missing'),
            ('deleted', "lower(coalesce(deleted, '')) not in ('yes', 'no')", 'not a code of the vocabulary'),
        ]) }}
    from {{ source('raw_canonical', 'deletions') }}
)

select
    clinic_id,
    source_system,
    raw_table,
    file_sha256,
    source_line,
    deleted_from,
    deleted_key,
    case when row_reason is null then 'current' else 'quarantined' end as row_state,
    row_reason,
    row_column
from judged
