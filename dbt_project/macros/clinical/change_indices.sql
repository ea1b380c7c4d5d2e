{# Six published indices of individual change, as in the R package clinicalsignificance (calc_rci.R). All are signed like last minus first.
   The reported number is Jacobson & Truax; Gulliksen, Lord & Novick stands beside it as a sensitivity check; the others are for comparison. #}

{# Jacobson & Truax 1991. #}
{% macro index_jacobson_truax(first, last, standard_error) -%}
    (cast({{ last }} as double) - cast({{ first }} as double)) / {{ standard_error }}
{%- endmacro %}

{# Gulliksen, Lord & Novick: allows for regression to the mean. #}
{% macro index_gulliksen_lord_novick(first, last, mean_first, sd_first, reliability) -%}
    ((cast({{ last }} as double) - {{ mean_first }}) - {{ reliability }} * (cast({{ first }} as double) - {{ mean_first }}))
    / ({{ sd_first }} * sqrt(1 - {{ reliability }} * {{ reliability }}))
{%- endmacro %}

{# Hsu, Linn & Lord: change against the change of the group. #}
{% macro index_hsu_linn_lord(first, last, mean_first, mean_last, sd_first, reliability) -%}
    ((cast({{ last }} as double) - {{ mean_last }}) - {{ reliability }} * (cast({{ first }} as double) - {{ mean_first }}))
    / ({{ sd_first }} * sqrt(1 - {{ reliability }} * {{ reliability }}))
{%- endmacro %}

{# Edwards & Nunnally: against the estimated true first score. #}
{% macro index_edwards_nunnally(first, last, mean_first, sd_first, reliability) -%}
    (cast({{ last }} as double) - ({{ reliability }} * (cast({{ first }} as double) - {{ mean_first }}) + {{ mean_first }}))
    / ({{ sd_first }} * sqrt(1 - {{ reliability }}))
{%- endmacro %}

{# Nunnally & Kotsch: as Edwards & Nunnally, with the reliability of the last score as well. #}
{% macro index_nunnally_kotsch(first, last, mean_first, sd_first, reliability_first, reliability_last) -%}
    (cast({{ last }} as double) - ({{ reliability_first }} * (cast({{ first }} as double) - {{ mean_first }}) + {{ mean_first }}))
    / sqrt(
        {{ reliability_first }} * {{ reliability_first }} * {{ sd_first }} * {{ sd_first }} * (1 - {{ reliability_first }})
        + {{ sd_first }} * {{ sd_first }} * (1 - {{ reliability_last }})
    )
{%- endmacro %}

{# Reliability of the difference of two scores: the share of its variance that is not error. Not above 0 where the sample differs by less than its
   error; then there is no index of Hageman & Arrindell. #}
{% macro reliability_of_difference(sd_first, sd_last, reliability, correlation) -%}
    {%- set error_variance = sd_first ~ ' * ' ~ sd_first ~ ' * (1 - ' ~ reliability ~ ')' -%}
    {%- set covariance = '2 * ' ~ sd_first ~ ' * ' ~ sd_last ~ ' * ' ~ correlation -%}
    {%- set variances = sd_first ~ ' * ' ~ sd_first ~ ' + ' ~ sd_last ~ ' * ' ~ sd_last -%}
    (({{ variances }} - 2 * {{ error_variance }} - {{ covariance }}) / nullif({{ variances }} - {{ covariance }}, 0))
{%- endmacro %}

{# Hageman & Arrindell: with the reliability of the difference; 1.65 is critical. #}
{% macro index_hageman_arrindell(first, last, mean_first, mean_last, sd_first, reliability, difference_reliability) -%}
    (
        (cast({{ last }} as double) - cast({{ first }} as double)) * {{ difference_reliability }}
        + ({{ mean_last }} - {{ mean_first }}) * (1 - {{ difference_reliability }})
    )
    / (sqrt({{ difference_reliability }}) * sqrt(2 * {{ sd_first }} * {{ sd_first }} * (1 - {{ reliability }})))
{%- endmacro %}
