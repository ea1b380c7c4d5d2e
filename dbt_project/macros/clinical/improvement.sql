{# Points by which the second total is better than the first: positive is better, whichever way the measure runs. #}
{% macro improvement(first, last, higher_is) -%}
    case {{ higher_is }} when 'worse' then {{ first }} - {{ last }} else {{ last }} - {{ first }} end
{%- endmacro %}
