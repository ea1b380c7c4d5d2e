-- What happened on the way in the courses that finished in the twelve months up to the reported one, and how they ended up.
-- Everyone counts once, by the gravest label among their measures.
with labels (label, gravity) as (
    values ('sharp_sustained', 1), ('sustained_gradual', 2), ('ended_while_worse', 3), ('transient', 4), ('none', 5), ('not_classifiable', 6)
),

finished as (
    select
        episode_outcomes.clinic_id,
        episode_outcomes.episode_key,
        episode_outcomes.is_reliably_improved,
        episode_outcomes.is_no_reliable_change,
        episode_outcomes.is_reliably_deteriorated,
        coalesce(min(labels.gravity), 6) as gravity
    from core.episode_outcomes
    left join core.score_trajectories on episode_outcomes.episode_key = score_trajectories.episode_key
    left join labels on score_trajectories.label = labels.label
    where
        episode_outcomes.is_finished
        and episode_outcomes.ended_on >= $month - interval 11 month
        and episode_outcomes.ended_on < $month + interval 1 month
        and episode_outcomes.clinic_id in $clinics
    group by all
)

select
    $whose as clinic_id,
    labels.gravity,
    labels.label,
    count(*) as people,
    count(*) filter (where finished.is_reliably_improved) as better,
    count(*) filter (where finished.is_no_reliable_change) as unchanged,
    count(*) filter (where finished.is_reliably_deteriorated) as worse
from finished
inner join labels on finished.gravity = labels.gravity
group by all
order by clinic_id, labels.gravity
