{# Clinical cut-off from norms, Jacobson & Truax 1991: a, two standard deviations from the clinical mean; b, two (functional) standard deviations
   from the functional mean; c, the point where a score is as near to one as to the other. Where higher is better the deviations change sign. #}
{% macro cutoff_from_norms(criterion, higher_is, clinical_mean, clinical_sd, functional_mean, functional_sd) -%}
    case {{ criterion }}
        when 'a' then {{ clinical_mean }} - 2 * {{ clinical_sd }} * case {{ higher_is }} when 'worse' then 1 else -1 end
        when 'b' then {{ functional_mean }} + 2 * {{ functional_sd }} * case {{ higher_is }} when 'worse' then 1 else -1 end
        when 'c' then ({{ functional_sd }} * {{ clinical_mean }} + {{ clinical_sd }} * {{ functional_mean }}) / ({{ functional_sd }} + {{ clinical_sd }})
    end
{%- endmacro %}
