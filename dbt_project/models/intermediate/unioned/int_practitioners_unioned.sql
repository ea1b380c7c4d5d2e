with unioned as (
    {{ union_systems('practitioners') }}
)

select {{ entity_select_list('practitioners') }}
from unioned
