{# The category of a change (Jacobson & Truax 1991): recovered, improved, deteriorated or unchanged, the first that holds. A change of exactly the
   reliable change counts. Without a cut-off nobody is recovered; without a reliable change there is no category. #}
{% macro outcome_category(improvement, reliable_change, is_clinical_first, is_clinical_last) -%}
    case
        when {{ improvement }} >= {{ reliable_change }} and {{ is_clinical_first }} and not {{ is_clinical_last }} then 'recovered'
        when {{ improvement }} >= {{ reliable_change }} then 'improved'
        when -({{ improvement }}) >= {{ reliable_change }} then 'deteriorated'
        when abs({{ improvement }}) < {{ reliable_change }} then 'unchanged'
    end
{%- endmacro %}
