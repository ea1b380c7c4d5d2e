{# Why a record that its practice system keeps after its removal is left out; null for the others. Reads the columns deleted_at and archived_at. #}
{% macro removed_record() -%}
    case
        when deleted_at is not null then 'deleted in the practice system'
        when archived_at is not null then 'archived in the practice system'
    end
{%- endmacro %}
