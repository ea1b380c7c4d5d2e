{# The sum of a subscale whose blanks are filled with the mean of its answered items, rounded to a whole answer where the measure asks for it
   (OQ-45.2 scoring sheet). Null where nothing of the subscale is answered. #}
{% macro filled_subscale(items, size, decimals) -%}
    cast({{ items_sum(items) }} as double)
    + ({{ size }} - {{ items_answered(items) }})
    * case {{ decimals }}
        when 0 then round(cast({{ items_sum(items) }} as double) / nullif({{ items_answered(items) }}, 0), 0)
        else cast({{ items_sum(items) }} as double) / nullif({{ items_answered(items) }}, 0)
    end
{%- endmacro %}
