{# Standard error of the difference of two scores: sd x sqrt(2 x (1 - reliability)). Jacobson & Truax 1991, with the correction of
   Christensen & Mendoza 1986. #}
{% macro standard_error_of_difference(sd, reliability) -%}
    (cast({{ sd }} as double) * sqrt(2 * (1 - cast({{ reliability }} as double))))
{%- endmacro %}
