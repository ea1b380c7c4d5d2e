{# Aggregate: the T score of Goal Attainment Scaling over the goals of a group (Kiresuk & Sherman 1968). `level` runs from -2 to +2 with 0 as
   expected, `correlation` is the assumed correlation between goals. 50 means as expected. Null without goals. #}
{% macro gas_t_score(level, weight, correlation, condition) -%}
    50 + 10 * cast(sum({{ weight }} * {{ level }}) filter (where {{ condition }}) as double)
    / sqrt(
        (1 - {{ correlation }}) * cast(sum({{ weight }} * {{ weight }}) filter (where {{ condition }}) as double)
        + {{ correlation }} * power(cast(sum({{ weight }}) filter (where {{ condition }}) as double), 2)
    )
{%- endmacro %}
