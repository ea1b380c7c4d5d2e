{# The ends of the score interval for a proportion (Wilson 1927), between 0 and 1; null when nothing was counted. `z` is the normal quantile
   of the interval, 1.959964 for 95 %. Multiplied through by the denominator, so that no proportion is divided twice. #}
{% macro wilson_lower(numerator, denominator, z) -%}
    {{ wilson_end(numerator, denominator, z, '-', 'greatest(0, ') }}
{%- endmacro %}

{% macro wilson_upper(numerator, denominator, z) -%}
    {{ wilson_end(numerator, denominator, z, '+', 'least(1, ') }}
{%- endmacro %}

{# `within` keeps a rounding error from leaving the range; DuckDB's greatest and least skip nulls, so that no denominator is a case of its own. #}
{% macro wilson_end(numerator, denominator, z, sign, within) -%}
    case
        when {{ denominator }} > 0 then {{ within }}
            ({{ numerator }} + power({{ z }}, 2) / 2 {{ sign }} {{ z }} * sqrt(
                {{ numerator }} * ({{ denominator }} - {{ numerator }}) / {{ denominator }} + power({{ z }}, 2) / 4
            )) / ({{ denominator }} + power({{ z }}, 2))
        )
    end
{%- endmacro %}
