{# Orders the rows of the IAPT data set inside one delivery: by national month, then by submission, as text of fixed length. #}
{% macro nhs_submission() -%}
    lpad(coalesce(unique_monthid, ''), 8, '0') || lpad(coalesce(uniquesubmissionid, ''), 24, '0')
{%- endmacro %}
