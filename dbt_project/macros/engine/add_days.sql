{# The date so many days later. #}
{% macro add_days(day, days) -%}
    {{ return(adapter.dispatch('add_days', 'clinic_outcomes')(day, days)) }}
{%- endmacro %}

{% macro duckdb__add_days(day, days) -%} ({{ day }} + cast({{ days }} as integer)) {%- endmacro %}

{% macro spark__add_days(day, days) -%} date_add({{ day }}, cast({{ days }} as int)) {%- endmacro %}
