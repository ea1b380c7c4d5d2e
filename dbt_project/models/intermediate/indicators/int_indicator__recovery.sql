-- Unknown caseness stays in the denominator: NHS England takes off only those known to start below it.
select
    episode_key as item_key,
    clinic_id,
    ended_on as counted_on,
    case when has_paired_scores then is_recovered end as is_numerator,
    coalesce(not is_at_caseness, false) as is_excluded
from {{ ref('episode_outcomes') }}
where is_finished and roll_up = 'nhs_talking_therapies'
