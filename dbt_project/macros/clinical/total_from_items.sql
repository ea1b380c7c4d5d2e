{# The total that keyed items make, and a prorated one where few enough are missing; the caller has checked that.
   Prorating puts the mean of the answered items in the place of each missing one, so a total never leaves its range. Halves round up, away from
   zero, where the measure asks for whole numbers. DASS-21 scales are doubled to the metric of the DASS-42. #}
{% macro total_from_items(scoring, points, answered, expected, decimals) -%}
    case
        when {{ scoring }} = 'mean_times_ten' then 10 * cast({{ points }} as double) / {{ answered }}
        when {{ answered }} = {{ expected }} then cast({{ points }} as double)
        when {{ decimals }} = 0 then round({{ expected }} * cast({{ points }} as double) / {{ answered }}, 0)
        else {{ expected }} * cast({{ points }} as double) / {{ answered }}
    end * case when {{ scoring }} = 'sum_times_two' then 2 else 1 end
{%- endmacro %}
