{# A count as it may be published: rounded to the nearest multiple of `base`, halves up; null when hidden. #}
{% macro disclosed_count(people, is_hidden, base) -%}
    case when not {{ is_hidden }} then cast(floor({{ people }} / {{ base }} + 0.5) * {{ base }} as bigint) end
{%- endmacro %}

{# A rate as it may be published: in whole points, from counts that are rounded already, so that it says no more than they do. #}
{% macro whole_points(rate) -%}
    round(100 * {{ rate }}) / 100
{%- endmacro %}
