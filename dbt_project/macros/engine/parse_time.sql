{# The wall-clock time that a text without a zone holds, in one of the formats of parse_date and with hours of 24 or AM and PM; a date alone is its
   midnight. Null when the text holds none. #}
{% macro parse_time(text, format='iso') -%}
    {{ return(adapter.dispatch('parse_time')(text, format)) }}
{%- endmacro %}

{% macro duckdb__parse_time(text, format) -%}
    {%- set days = {'iso': ['%Y-%m-%d'], 'dmy': ['%d/%m/%Y', '%Y-%m-%d'], 'mdy': ['%m/%d/%Y', '%Y-%m-%d']} -%}
    {%- set patterns = [] -%}
    {%- for day in days[format] -%}
        {%- for hours in ['', ' %H:%M', ' %H:%M:%S', 'T%H:%M', 'T%H:%M:%S', ' %I:%M %p'] -%}
            {%- do patterns.append(day ~ hours) -%}
        {%- endfor -%}
    {%- endfor -%}
    {#- DuckDB would take 26 for the year 26 -#}
    case when regexp_matches({{ text }}, '[0-9]{4}') then try_strptime({{ text }}, {{ patterns }}) end
{%- endmacro %}

{% macro spark__parse_time(text, format) -%}
    {%- set days = {'iso': ['yyyy-MM-dd'], 'dmy': ['d/M/yyyy', 'yyyy-MM-dd'], 'mdy': ['M/d/yyyy', 'yyyy-MM-dd']} -%}
    {%- set patterns = [] -%}
    {%- for day in days[format] -%}
        {%- for hours in ['', ' H:mm', ' H:mm:ss', "''T''HH:mm", "''T''HH:mm:ss", ' h:mm a'] -%}
            {%- do patterns.append(day ~ hours) -%}
        {%- endfor -%}
    {%- endfor -%}
    coalesce({% for pattern in patterns %}try_to_timestamp({{ text }}, '{{ pattern }}'){{ ', ' if not loop.last }}{% endfor %})
{%- endmacro %}
