{# The first problem of a row as two columns, row_reason and row_column; null where it has none.
   `problems` is a list of (column, condition, reason), checked in order. #}
{% macro row_problem(problems) -%}
    case
        {%- for column, condition, reason in problems %}
        when {{ condition }} then '{{ reason }}'
        {%- endfor %}
    end as row_reason,
    case
        {%- for column, condition, reason in problems %}
        when {{ condition }} then '{{ column }}'
        {%- endfor %}
    end as row_column
{%- endmacro %}

{# Problems that many columns share. #}
{% macro missing(column) -%}
    {{ return((column, column ~ ' is null', 'a required value is missing')) }}
{%- endmacro %}

{% macro not_a_date(column, parsed) -%}
    {{ return((column, column ~ ' is not null and ' ~ parsed ~ ' is null', 'not a date in the declared format')) }}
{%- endmacro %}

{% macro not_a_time(column, parsed) -%}
    {{ return((column, column ~ ' is not null and ' ~ parsed ~ ' is null', 'not a time in the declared format')) }}
{%- endmacro %}

{% macro not_a_number(column, parsed) -%}
    {{ return((column, column ~ ' is not null and ' ~ parsed ~ ' is null', 'not a number')) }}
{%- endmacro %}

{% macro not_a_code(column, name) -%}
    {{ return((column, column ~ ' is not null and ' ~ column ~ ' not in ' ~ vocabulary(name), 'not a code of the vocabulary')) }}
{%- endmacro %}
