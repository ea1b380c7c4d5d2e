with unioned as (
    {{ union_systems('clients') }}
)

select {{ entity_select_list('clients') }}
from unioned
