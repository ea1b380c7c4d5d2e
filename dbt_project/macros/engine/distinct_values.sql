{# How many different values a list has. #}
{% macro distinct_values(list) -%}
    {{ return(adapter.dispatch('distinct_values', 'clinic_outcomes')(list)) }}
{%- endmacro %}

{% macro duckdb__distinct_values(list) -%} len(list_distinct({{ list }})) {%- endmacro %}

{% macro spark__distinct_values(list) -%} array_size(array_distinct({{ list }})) {%- endmacro %}
