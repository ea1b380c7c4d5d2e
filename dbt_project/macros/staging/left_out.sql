{# The last step of a staging model whose practice system lists things that are not what the entity holds (breaks among sessions): reads `settled`
   and gives the columns of the entity. A row that holds but carries a `left_out_reason` is superseded for that reason: accounted for, not used. #}
{% macro without_left_out(entity, relation='settled') -%}
select
    {{ entity_body(entity) | join(',\n    ') }},
    case when row_state = 'current' and left_out_reason is not null then 'superseded' else row_state end as row_state,
    case when row_state = 'current' and left_out_reason is not null then left_out_reason else row_reason end as row_reason,
    row_column
from {{ relation }}
{%- endmacro %}
