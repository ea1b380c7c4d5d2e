with unioned as (
    {{ union_systems('episodes') }}
)

select {{ entity_select_list('episodes') }}
from unioned
