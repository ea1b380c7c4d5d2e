{# For systems whose rows may say `delete` instead of carrying a record: the keys that such rows of a table withdraw, with the newest delivery that
   does so, as settle_rows takes them. #}
{% macro requested_deletions(source_name, tables) -%}
    {%- for table, key in tables.items() %}
    select
        clinic_id,
        '{{ table }}' as raw_table,
        {{ key }} as deleted_key,
        max(delivered_order) as deleted_order
    from {{ source(source_name, table) }}
    where {{ adapter.quote('delete') }} = 'delete'
    group by clinic_id, {{ key }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{# Those rows themselves, accounted for as superseded: the columns of `columns`, a list of names and types, and the state with its reason. #}
{% macro deletion_request_rows(system, tables, columns) -%}
    {%- set head = ['clinic_id', 'source_system', 'raw_table', 'file_sha256', 'source_line'] -%}
    {%- for table in tables %}
    select
        clinic_id,
        '{{ system }}' as source_system,
        '{{ table }}' as raw_table,
        file_sha256,
        source_line,
        {%- for name, type in columns if name not in head + ['row_state', 'row_reason', 'row_column'] %}
        cast(null as {{ type }}) as {{ name }},
        {%- endfor %}
        'superseded' as row_state,
        'a request to delete what was delivered before' as row_reason,
        cast(null as string) as row_column
    from {{ source('raw_' ~ system, table) }}
    where {{ adapter.quote('delete') }} = 'delete'
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{# The rows of a table that carry a record, and the problem of those whose deletion mark is no such mark. #}
{% macro not_a_deletion_mark() -%}
    {{ return(('delete', adapter.quote('delete') ~ ' is not null', 'anything but `delete` in the column for deletions')) }}
{%- endmacro %}
