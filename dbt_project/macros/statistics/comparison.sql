{# Which of the five states a cell of counts is in. A numerator of 0 is a value like any other and is shown. Under the external profile
   neither part of the denominator may be a small count. Expects the run's `disclosure` and the benchmark parameters under the given names. #}
{% macro cell_state(is_applicable, numerator, denominator, disclosure, parameters) -%}
    case
        when not {{ is_applicable }} then 'not_applicable'
        when {{ denominator }} = 0 then 'no_data'
        when {{ disclosure }} = 'external' and (
            {{ numerator }} between 1 and {{ parameters }}.suppressed_up_to_external
            or {{ denominator }} - {{ numerator }} between 1 and {{ parameters }}.suppressed_up_to_external
        ) then 'suppressed'
        when {{ denominator }} < {{ parameters }}.minimum_denominator_shown then 'too_few'
        else 'shown'
    end
{%- endmacro %}

{# Where a rate lies in the funnel: -2 below the 99.8 % limits, -1 below the 95 % limits, 0 inside, 1 and 2 above; null without limits. #}
{% macro funnel_zone(rate, limits) -%}
    case
        when {{ rate }} < {{ limits }}.funnel_lower_998 then -2
        when {{ rate }} > {{ limits }}.funnel_upper_998 then 2
        when {{ rate }} < {{ limits }}.funnel_lower_95 then -1
        when {{ rate }} > {{ limits }}.funnel_upper_95 then 1
        when {{ limits }}.funnel_lower_95 is not null then 0
    end
{%- endmacro %}

{# The words of comparison, by one rule for clinics and therapists. Expects in `row` the denominator and the two least ones, the zones of the rate and of
   its bounds, and whether enough outcomes are known and the difference is significant. #}
{% macro compared_in_words(row) -%}
    case
        when {{ row }}.state not in ('not_applicable', 'no_data') and {{ row }}.denominator < {{ row }}.minimum_denominator_shown then 'too_few_to_say'
        when {{ row }}.zone is null or {{ row }}.denominator < {{ row }}.minimum_denominator_compared then 'not_compared'
        when not {{ row }}.is_complete_enough and {{ row }}.zone_at_lower_bound <> {{ row }}.zone_at_upper_bound then 'cannot_be_compared'
        when {{ row }}.zone = 0 then 'about_the_same'
        when {{ row }}.zone = 2 and {{ row }}.is_significant then 'clearly_higher'
        when {{ row }}.zone = -2 and {{ row }}.is_significant then 'clearly_lower'
        when {{ row }}.zone > 0 then 'higher_may_be_chance'
        else 'lower_may_be_chance'
    end
{%- endmacro %}
