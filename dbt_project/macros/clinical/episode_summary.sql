{# One plain sentence on an ended episode, made of codes only: how it ended, symptoms, goals, life situation. It names what is not known. #}
{% macro episode_summary() -%}
    concat(
        case
            when ending_class = 'planned' then 'Ended as planned'
            when ending_class = 'redirected' and is_redirected then 'Referred on to a colleague'
            when ending_class = 'redirected' then 'Found not suitable for this service'
            when ending_class = 'client_unplanned' then 'Stopped by the client'
            when ending_class = 'provider' then 'Ended by the clinic'
            when ending_class = 'external' then 'Ended for an outer reason'
            else 'Ended for a reason that nobody recorded'
        end,
        case attended_treatment_sessions
            when 0 then ' before treatment'
            when 1 then ' after 1 treatment session'
            else concat(' after ', cast(attended_treatment_sessions as {{ dbt.type_string() }}), ' treatment sessions')
        end,
        '; symptoms ',
        case
            when not has_paired_scores then 'not known: no first and last score'
            when is_reliably_recovered then 'reliably better and out of the clinical range'
            when is_reliably_improved then 'reliably better'
            when is_reliably_deteriorated then 'reliably worse'
            when is_mixed then 'better on one measure and worse on the other'
            when is_recovered then 'out of the clinical range, by less than a reliable change'
            when is_no_reliable_change then 'without reliable change'
            else 'measured, without a published threshold to judge by'
        end,
        case
            when goals_recorded = 0 then '; no goals recorded'
            when goals_counted = 0 then '; goals recorded, none of them rated at first and at last'
            when goals_counted = 1 then concat('; ', cast(goals_achieved as {{ dbt.type_string() }}), ' of 1 goal reached')
            else concat(
                '; ', cast(goals_achieved as {{ dbt.type_string() }}), ' of ', cast(goals_counted as {{ dbt.type_string() }}), ' goals reached'
            )
        end,
        case
            when life_measure_id is null then '; life situation not measured'
            when is_life_improved then '; life situation reliably better'
            when is_life_deteriorated then '; life situation reliably worse'
            when is_life_improved is null then '; life situation measured, without a published threshold to judge by'
            else '; life situation without reliable change'
        end,
        '.'
    )
{%- endmacro %}
