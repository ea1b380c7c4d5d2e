{# The detector of ruptures as a state machine over the alliance `levels` of one course. The state at a score: the position at which the open
   rupture began, 0 without one. A rupture begins at or below its limit and stays open until the level is back at or above the repair level of
   its beginning; drops in between belong to it. #}
{% macro next_rupture_state() -%}
    {%- set position = list_length('states') ~ ' + 1' -%}
    {%- set state = list_item('states', '-1') -%}
    case
        when {{ state }} = 0 and {{ list_item('levels', position) }} <= {{ list_item('limits', position) }} then {{ position }}
        when {{ state }} > 0 and {{ list_item('levels', position) }} >= {{ list_item('repair_levels', state) }} then 0
        else {{ state }}
    end
{%- endmacro %}
