with unioned as (
    {{ union_systems('consultation_items') }}
)

select {{ entity_select_list('consultation_items') }}
from unioned
