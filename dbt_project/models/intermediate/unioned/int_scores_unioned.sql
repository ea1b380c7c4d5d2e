with unioned as (
    {{ union_systems('scores') }}
)

select {{ entity_select_list('scores') }}
from unioned
