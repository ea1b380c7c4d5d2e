{# Whole days from one date to another; negative when the second is the earlier one. #}
{% macro days_between(first, last) -%}
    {{ return(adapter.dispatch('days_between', 'clinic_outcomes')(first, last)) }}
{%- endmacro %}

{% macro duckdb__days_between(first, last) -%} date_diff('day', {{ first }}, {{ last }}) {%- endmacro %}

{% macro spark__days_between(first, last) -%} datediff({{ last }}, {{ first }}) {%- endmacro %}
