{# How many different values two lists have in common. #}
{% macro values_in_common(left_list, right_list) -%}
    {{ return(adapter.dispatch('values_in_common', 'clinic_outcomes')(left_list, right_list)) }}
{%- endmacro %}

{% macro duckdb__values_in_common(left_list, right_list) -%} len(list_intersect({{ left_list }}, {{ right_list }})) {%- endmacro %}

{% macro spark__values_in_common(left_list, right_list) -%} array_size(array_intersect({{ left_list }}, {{ right_list }})) {%- endmacro %}
