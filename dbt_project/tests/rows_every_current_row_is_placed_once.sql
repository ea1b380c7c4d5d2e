-- What staging left current is placed once: with an episode (or a goal), or with the reason why it has none. Nothing is lost and nothing is doubled.
{% set entities = ['episodes', 'sessions', 'scores', 'goals', 'goal_ratings', 'consultation_items', 'reviews'] -%}

{%- for entity in entities %}
select
    '{{ entity }}' as entity,
    delivered.current_rows,
    placed.placed_rows
from (select count(*) as current_rows from {{ ref('int_' ~ entity ~ '_unioned') }} where row_state = 'current') as delivered
cross join (select count(*) as placed_rows from {{ ref('int_' ~ entity ~ '_placed') }}) as placed
where delivered.current_rows <> placed.placed_rows
{{ 'union all' if not loop.last }}
{%- endfor %}
