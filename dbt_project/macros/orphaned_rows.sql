{# The rows of a `int_<entity>_placed` model that found no place, in the form that ops.quarantined_rows collects. #}
{% macro orphaned_rows(placed) -%}
    select
        clinic_id,
        source_system,
        raw_table,
        file_sha256,
        source_line,
        row_reason,
        row_column
    from {{ placed }}
    where row_reason is not null
{%- endmacro %}
