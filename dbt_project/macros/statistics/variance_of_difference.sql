{# The sample variance of `slope` × first − last over the clinical starters of int_change_counts, from their sums; null under two cases.
   Rounding may take a variance of 0 below it. #}
{% macro variance_of_difference(sums, slope) -%}
    {%- set total -%} ({{ slope }} * {{ sums }}.clinical_first_sum - {{ sums }}.clinical_last_sum) {%- endset -%}
    case
        when {{ sums }}.clinical_cases > 1 then greatest(0,
            power({{ slope }}, 2) * {{ sums }}.clinical_first_squares - 2 * {{ slope }} * {{ sums }}.clinical_products
            + {{ sums }}.clinical_last_squares - power({{ total }}, 2) / {{ sums }}.clinical_cases
        ) / ({{ sums }}.clinical_cases - 1)
    end
{%- endmacro %}
