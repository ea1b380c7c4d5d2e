select
    outcomes.episode_key as item_key,
    outcomes.clinic_id,
    outcomes.ended_on as counted_on,
    outcomes.client_attendance_rate >= parameters.involvement_share as is_numerator,
    false as is_excluded
from {{ ref('episode_outcomes') }} as outcomes
cross join {{ ref('int_benchmark_parameters') }} as parameters
where outcomes.is_finished
