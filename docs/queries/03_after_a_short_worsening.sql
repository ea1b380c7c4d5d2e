-- How did therapies end that went through a short worsening, a lasting one, or none? A short worsening is not a failure by itself,
-- nor a success: what counts is the end.
select
    trajectories.label,
    count(*) as episodes,
    count(*) filter (where outcomes.is_reliably_improved) as better_at_the_end,
    count(*) filter (where outcomes.is_reliably_deteriorated) as worse_at_the_end,
    count(*) filter (where outcomes.ending_class = 'client_unplanned') as left_without_agreement
from core.score_trajectories as trajectories
inner join core.episode_outcomes as outcomes
    on
        trajectories.episode_key = outcomes.episode_key
        and trajectories.measure_id = outcomes.symptom_measure_1
where outcomes.is_finished
group by trajectories.label
order by episodes desc, trajectories.label
