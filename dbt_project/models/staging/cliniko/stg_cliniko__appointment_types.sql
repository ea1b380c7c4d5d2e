with source as (
    select
        *,
        lower(concat(coalesce(name, ''), ' ', coalesce(category, ''))) as named
    from {{ source('raw_cliniko', 'appointment_types') }}
),

words as (
    select distinct
        named,
        concat(' ', translate(named, '/-(),:&', '       '), ' ') as words
    from source
),

read_words as (
    select
        words.named,
        min_by(codes.meaning, codes.rank) filter (where codes.column_name = 'participants') as participants,
        min_by(codes.meaning, codes.rank) filter (where codes.column_name = 'kind') as kind,
        min_by(codes.meaning, codes.rank) filter (where codes.column_name = 'medium') as medium
    from words
    inner join {{ ref('cliniko_codes') }} as codes
        on codes.column_name in ('participants', 'kind', 'medium')
        and words.words like concat('% ', codes.code, '%')
    group by words.named
),

judged as (
    select
        source.clinic_id,
        'cliniko' as source_system,
        'appointment_types' as raw_table,
        source.file_sha256,
        source.source_line,
        source.delivered_order,
        source.updated_at,
        source.type_id,
        read_words.participants,
        read_words.kind,
        read_words.medium,
        {{ row_problem([missing('type_id')]) }}
    from source
    left join read_words on source.named = read_words.named
),

{%- set columns = ['clinic_id', 'source_system', 'raw_table', 'file_sha256', 'source_line', 'type_id', 'participants', 'kind', 'medium'] %}

{{ settle_rows('judged', columns, ['type_id'], version='updated_at') }}

select
    {{ columns | join(',\n    ') }},
    row_state,
    row_reason,
    row_column
from settled
