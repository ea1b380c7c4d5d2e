{# All rows of one entity from every practice system that offers it. Which systems do comes from pipelines/sources/*.yaml through the
   variable `systems`, so adding a system changes no model. Nobody offers it: no rows, same columns. #}
{% macro union_systems(entity) -%}
    {%- set offering = [] -%}
    {%- for system, entities in var('systems').items() | sort if entity in entities -%}
        {%- do offering.append(system) -%}
    {%- endfor -%}
    {%- for system in offering %}
    select {{ entity_select_list(entity) }}
    from {{ ref('stg_' ~ system ~ '__' ~ entity) }}
    {{ 'union all' if not loop.last }}
    {%- else %}
    select
        {%- for name, type in entity_columns(entity) %}
        cast(null as {{ type }}) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    where 1 = 0
    {%- endfor %}
{%- endmacro %}
