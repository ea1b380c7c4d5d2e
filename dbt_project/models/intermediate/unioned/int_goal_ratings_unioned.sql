with unioned as (
    {{ union_systems('goal_ratings') }}
)

select {{ entity_select_list('goal_ratings') }}
from unioned
