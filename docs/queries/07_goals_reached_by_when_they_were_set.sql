-- Were goals reached, and does it matter whether they were set at the start or on the way? Goals left out of the count are shown.
select
    phase,
    scale,
    count(*) as goals_with_a_pair,
    count(*) filter (where is_eligible and is_achieved) as achieved,
    count(*) filter (where is_eligible) as counted,
    count(*) filter (where not is_eligible) as left_out,
    round(avg(change) filter (where is_eligible), 2) as mean_change
from core.goal_changes
group by phase, scale
order by scale, phase
