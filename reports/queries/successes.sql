-- What went well in the courses that ended in the twelve months up to the reported one, in the same form as what went wrong.
with register as (
    select
        positive_dynamics.clinic_id,
        positive_dynamics.episode_key,
        positive_dynamics.factor,
        bool_or(episode_outcomes.is_reliably_improved) as is_improved
    from core.positive_dynamics
    inner join core.episode_outcomes on positive_dynamics.episode_key = episode_outcomes.episode_key
    where
        positive_dynamics.ended_on >= $month - interval 11 month
        and positive_dynamics.ended_on < $month + interval 1 month
        and positive_dynamics.clinic_id in $clinics
    group by positive_dynamics.clinic_id, positive_dynamics.episode_key, positive_dynamics.factor
)

select
    $whose as clinic_id,
    factor,
    count(*) as people,
    count(*) as found_in_data,
    0 as coded_by_people,
    count(*) filter (where is_improved) as improved
from register
group by all
order by clinic_id, people desc, factor
