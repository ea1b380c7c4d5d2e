{# Every indicator that is counted, in the order of the catalogue: the seed `indicators` has a row and models/intermediate/indicators a SELECT
   for each, and a data test says when they disagree. #}
{% macro counted_indicators() -%}
    {{ return([
        'reliable_improvement', 'recovery', 'reliable_recovery', 'reliable_deterioration', 'no_reliable_change', 'paired_scores',
        'goal_attainment', 'goals_recorded',
        'did_not_attend', 'missed_sessions', 'provider_cancelled',
        'unplanned_ending',
    ]) }}
{%- endmacro %}
