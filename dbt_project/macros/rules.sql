{# One row with one column per named rule parameter, to be cross joined where a rule needs its thresholds:
   `with rules as ({{ rules(['trajectory_gap_days']) }})`. #}
{% macro rules(parameters) -%}
    select
        {%- for parameter in parameters %}
        max(case when parameter = '{{ parameter }}' then value end) as {{ parameter }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_rule_parameters') }}
{%- endmacro %}
