with unioned as (
    {{ union_systems('sessions') }}
)

select {{ entity_select_list('sessions') }}
from unioned
