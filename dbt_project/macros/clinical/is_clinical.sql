{# Whether a total lies in the clinical range; null where the measure has no cut-off. The operator is stored with the cut-off, never assumed. #}
{% macro is_clinical(total, cutoff, operator) -%}
    case {{ operator }}
        when '>=' then {{ total }} >= {{ cutoff }}
        when '>' then {{ total }} > {{ cutoff }}
        when '<' then {{ total }} < {{ cutoff }}
        when '<=' then {{ total }} <= {{ cutoff }}
    end
{%- endmacro %}
