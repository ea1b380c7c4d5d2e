{# Every indicator that is counted: the seed `indicators` has a row and models/intermediate/indicators a SELECT for each, and a data test says when
   they disagree. #}
{% macro counted_indicators() -%}
    {{ return([
        'reliable_improvement', 'recovery', 'reliable_recovery', 'reliable_deterioration', 'no_reliable_change', 'paired_scores',
        'life_improvement', 'life_deterioration',
        'goal_attainment', 'goals_recorded', 'start_goals_achieved', 'goals_achieved',
        'sharp_sustained_worsening', 'gradual_worsening', 'ended_while_worse', 'loss_of_gains', 'short_worsening', 'improved_after_short_worsening',
        'deadlock_by_scores', 'off_track_alarm',
        'unplanned_ending', 'sudden_interruption', 'unplanned_without_effect', 'ended_by_provider', 'ended_before_treatment', 'treated_once', 'ending_recorded',
        'first_treatment_within_6_weeks', 'first_treatment_within_18_weeks', 'baseline_recorded',
        'accepted_for_therapy', 'redirected_at_consultation', 'redirect_arrived', 'late_redirect', 'consultation_recorded',
        'did_not_attend', 'missed_sessions', 'provider_cancelled', 'attendance_recorded', 'client_came', 'change_tracked',
        'alliance_asked', 'alliance_rupture', 'rupture_repaired', 'rupture_then_ending',
        'failure_found', 'reviewed', 'deadlock_coded', 'transference_coded', 'technical_error_coded', 'incompatibility_coded',
    ]) }}
{%- endmacro %}
