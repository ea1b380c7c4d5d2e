with unioned as (
    {{ union_systems('goals') }}
)

select {{ entity_select_list('goals') }}
from unioned
