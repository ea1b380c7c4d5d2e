with unioned as (
    {{ union_systems('reviews') }}
)

select {{ entity_select_list('reviews') }}
from unioned
