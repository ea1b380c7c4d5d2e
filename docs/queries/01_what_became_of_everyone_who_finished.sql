-- What became of everyone who finished in the last twelve months, clinic by clinic? The four parts add up to finished.
select
    outcomes.clinic_id,
    count(*) as finished,
    count(*) filter (where outcomes.is_reliably_improved) as better,
    count(*) filter (where outcomes.is_no_reliable_change) as no_reliable_change,
    count(*) filter (where outcomes.is_reliably_deteriorated) as worse,
    count(*) filter (where not outcomes.has_paired_scores) as unknown
from core.episode_outcomes as outcomes
cross join ops.parameters
where
    outcomes.is_finished
    and outcomes.ended_on >= parameters.month - interval 11 month
    and outcomes.ended_on < parameters.month + interval 1 month
group by outcomes.clinic_id
order by outcomes.clinic_id
