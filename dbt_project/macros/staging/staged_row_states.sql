{# Every staged row of every system with its state, from the entities' unions and from the helper tables that no entity holds. #}
{% macro entity_names() -%}
    {{ return(['clients', 'practitioners', 'episodes', 'sessions', 'scores', 'goals', 'goal_ratings', 'consultation_items', 'reviews']) }}
{%- endmacro %}

{% macro staged_row_states() -%}
    {%- set columns = 'clinic_id, source_system, raw_table, file_sha256, source_line, row_state, row_reason, row_column' -%}
    {%- for entity in entity_names() %}
    select {{ columns }}
    from {{ ref('int_' ~ entity ~ '_unioned') }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
    {%- for system, names in var('systems').items() | sort %}
    {%- for name in names if name not in entity_names() %}
    union all
    select {{ columns }}
    from {{ ref('stg_' ~ system ~ '__' ~ name) }}
    {%- endfor %}
    {%- endfor %}
{%- endmacro %}
