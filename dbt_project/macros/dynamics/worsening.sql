{# The detector of worsening as a state machine over the `severities` of one course. The state at a score: the position of the onset while
   the client is worse; minus the position at which the stable stretch began while stable. #}

{# The anchor of a worsening: the best of the last stable scores before a position. #}
{% macro best_stable_severity(stable_since, before) -%}
    {{ list_least(list_part('severities', 'greatest(' ~ stable_since ~ ', ' ~ before ~ ' - anchor_scores)', before ~ ' - 1')) }}
{%- endmacro %}

{# The anchor of the worsening that began at `onset`: the state before it says since when the client had been stable. #}
{% macro anchor_severity(onset) -%}
    {{ best_stable_severity('-' ~ list_item('states', onset ~ ' - 1'), onset) }}
{%- endmacro %}

{# The state after `states`: worse from a reliable change above the anchor on; stable again at or below the release. #}
{% macro next_worsening_state() -%}
    {%- set position = list_length('states') ~ ' + 1' -%}
    {%- set severity = list_item('severities', position) -%}
    {%- set state = list_item('states', '-1') -%}
    case
        when {{ state }} < 0 and {{ severity }} - {{ best_stable_severity('-' ~ state, position) }} >= reliable_change then {{ position }}
        when {{ state }} > 0 and {{ severity }} - {{ anchor_severity(state) }} <= release_points then -({{ position }})
        else {{ state }}
    end
{%- endmacro %}
