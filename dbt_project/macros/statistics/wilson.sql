{# The ends of the score interval for a proportion (Wilson 1927), between 0 and 1; null when nothing was counted. `z` is the normal quantile
   of the interval, 1.959964 for 95 %. Rounding may not carry an end past the rate or out of the range; DuckDB's greatest and least skip nulls, so that
   no denominator is a case of its own. #}
{% macro wilson_lower(numerator, denominator, z) -%}
    case
        when {{ denominator }} > 0
            then greatest(0, least({{ numerator }} / {{ denominator }}, {{ wilson_end(numerator, denominator, z, '-') }}))
    end
{%- endmacro %}

{% macro wilson_upper(numerator, denominator, z) -%}
    case
        when {{ denominator }} > 0
            then least(1, greatest({{ numerator }} / {{ denominator }}, {{ wilson_end(numerator, denominator, z, '+') }}))
    end
{%- endmacro %}

{% macro wilson_end(numerator, denominator, z, sign) -%}
    ({{ numerator }} + power({{ z }}, 2) / 2 {{ sign }} {{ z }} * sqrt(
        {{ numerator }} * ({{ denominator }} - {{ numerator }}) / {{ denominator }} + power({{ z }}, 2) / 4
    )) / ({{ denominator }} + power({{ z }}, 2))
{%- endmacro %}
