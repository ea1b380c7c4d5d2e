{# Rows of an entity that has no table of its own and is found in the current rows of another: one row per value of `key`, standing at the first raw
   row that names it. `raw_table` ends in #<entity>, so that the raw row, which its own entity accounts for, is not counted twice.
   `values` gives the columns that are known besides the key; all others are null. #}
{% macro discovered_rows(relation, entity, key, values={}) -%}
    {%- set head = ['clinic_id', 'source_system', 'raw_table', 'file_sha256', 'source_line'] -%}
select
    clinic_id,
    source_system,
    raw_table || '#{{ entity }}' as raw_table,
    file_sha256,
    source_line,
    {%- for name, type in entity_columns(entity) if name not in head + ['row_state'] %}
    {{ key if name == key else values.get(name, 'cast(null as ' ~ type ~ ')') }} as {{ name }},
    {%- endfor %}
    'current' as row_state
from (
    select
        clinic_id,
        source_system,
        raw_table,
        file_sha256,
        source_line,
        {{ key }},
        row_number() over (partition by clinic_id, {{ key }} order by file_sha256, raw_table, source_line) as place
    from {{ relation }}
    where row_state = 'current' and {{ key }} is not null
) as named
where place = 1
{%- endmacro %}
