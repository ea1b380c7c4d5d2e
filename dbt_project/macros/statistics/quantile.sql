{# The quantile of a sorted list by linear interpolation between its values (type 7 of Hyndman & Fan 1996, the default of R and numpy). #}
{% macro quantile(sorted_list, share) -%}
    {%- set position -%} ((len({{ sorted_list }}) - 1) * ({{ share }})) {%- endset -%}
    {%- set lower -%} {{ sorted_list }}[cast(floor({{ position }}) as integer) + 1] {%- endset -%}
    {%- set upper -%} {{ sorted_list }}[cast(ceil({{ position }}) as integer) + 1] {%- endset -%}
    ({{ lower }} + ({{ position }} - floor({{ position }})) * ({{ upper }} - {{ lower }}))
{%- endmacro %}
