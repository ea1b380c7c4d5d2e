{# The date that a text holds in one of the formats iso (2026-10-31), ddmmyyyy (31102026), dmy (31/10/2026), mdy (10/31/2026); null when it holds
   none. dmy and mdy take iso too: a date that starts with its year cannot be mistaken, and exports change to it from one release to the next. #}
{% macro parse_date(text, format='iso') -%}
    {{ return(adapter.dispatch('parse_date')(text, format)) }}
{%- endmacro %}

{% macro duckdb__parse_date(text, format) -%}
    {%- set patterns = {
        'iso': ['%Y-%m-%d'],
        'ddmmyyyy': ['%d%m%Y'],
        'dmy': ['%d/%m/%Y', '%Y-%m-%d'],
        'mdy': ['%m/%d/%Y', '%Y-%m-%d'],
    } -%}
    {#- DuckDB would take 26 for the year 26 -#}
    cast(case when regexp_matches({{ text }}, '[0-9]{4}') then try_strptime({{ text }}, {{ patterns[format] }}) end as date)
{%- endmacro %}

{% macro spark__parse_date(text, format) -%}
    {%- set patterns = {
        'iso': ['yyyy-MM-dd'],
        'ddmmyyyy': ['ddMMyyyy'],
        'dmy': ['d/M/yyyy', 'yyyy-MM-dd'],
        'mdy': ['M/d/yyyy', 'yyyy-MM-dd'],
    } -%}
    cast(coalesce({% for pattern in patterns[format] %}try_to_timestamp({{ text }}, '{{ pattern }}'){{ ', ' if not loop.last }}{% endfor %}) as date)
{%- endmacro %}
