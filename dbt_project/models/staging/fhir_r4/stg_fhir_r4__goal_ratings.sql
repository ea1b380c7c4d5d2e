select
    {%- for name, type in entity_columns('goal_ratings') %}
    cast(null as {{ type }}) as {{ name }}{{ ',' if not loop.last }}
    {%- endfor %}
where 1 = 0
