{# The indicators whose rate is set against what the people seen let expect. #}
{% macro case_mix_indicators() -%}
    {{ return(['reliable_improvement', 'recovery', 'reliable_recovery', 'reliable_deterioration', 'unplanned_ending']) }}
{%- endmacro %}

{# What a level adds to the logit: its own coefficient, that of `other` for a level the fit did not meet often enough, or nothing. #}
{% macro case_mix_term(weights, term) -%}
    coalesce({{ weights }}['{{ term }}:' || {{ term }}], {{ weights }}['{{ term }}:other'], 0)
{%- endmacro %}

{# The ends of the interval for an observed count, in counts (Byar's approximation, Breslow & Day 1987). `z` is the normal quantile. #}
{% macro byar_lower(observed, z) -%}
    case when {{ observed }} > 0 then {{ observed }} * power(1 - 1 / (9 * {{ observed }}) - {{ z }} / (3 * sqrt({{ observed }})), 3) else 0 end
{%- endmacro %}

{% macro byar_upper(observed, z) -%}
    ({{ observed }} + 1) * power(1 - 1 / (9 * ({{ observed }} + 1)) + {{ z }} / (3 * sqrt({{ observed }} + 1)), 3)
{%- endmacro %}
