{# The date that a text holds in one of the formats iso (2026-10-31), ddmmyyyy (31102026), dmy (31/10/2026), mdy (10/31/2026); null when it holds none. #}
{% macro parse_date(text, format='iso') -%}
    {{ return(adapter.dispatch('parse_date')(text, format)) }}
{%- endmacro %}

{% macro duckdb__parse_date(text, format) -%}
    {%- set patterns = {'iso': '%Y-%m-%d', 'ddmmyyyy': '%d%m%Y', 'dmy': '%d/%m/%Y', 'mdy': '%m/%d/%Y'} -%}
    cast(try_strptime({{ text }}, '{{ patterns[format] }}') as date)
{%- endmacro %}

{% macro spark__parse_date(text, format) -%}
    {%- set patterns = {'iso': 'yyyy-MM-dd', 'ddmmyyyy': 'ddMMyyyy', 'dmy': 'd/M/yyyy', 'mdy': 'M/d/yyyy'} -%}
    cast(try_to_timestamp({{ text }}, '{{ patterns[format] }}') as date)
{%- endmacro %}
