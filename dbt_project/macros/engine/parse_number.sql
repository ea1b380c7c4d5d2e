{# The number that a text holds, to three decimals; null when it holds none or one too large for a score. #}
{% macro parse_number(text) -%}
    try_cast({{ text }} as decimal(9, 3))
{%- endmacro %}
