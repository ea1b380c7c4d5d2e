-- What went wrong in the courses that ended in the twelve months up to the reported one: people for each factor, as found
-- in scores and sessions and as coded by people who reviewed the course, and how many of them got reliably better all the same.
with register as (
    select
        failure_register.clinic_id,
        failure_register.episode_key,
        failure_register.factor,
        bool_or(failure_register.evidence = 'computed') as is_computed,
        bool_or(failure_register.evidence = 'coded') as is_coded,
        bool_or(episode_outcomes.is_reliably_improved) as is_improved
    from core.failure_register
    inner join core.episode_outcomes on failure_register.episode_key = episode_outcomes.episode_key
    where
        failure_register.ended_on >= $month - interval 11 month
        and failure_register.ended_on < $month + interval 1 month
        and failure_register.factor not in ('not_reviewed', 'none_found')
        and failure_register.clinic_id in $clinics
    group by failure_register.clinic_id, failure_register.episode_key, failure_register.factor
)

select
    $whose as clinic_id,
    factor,
    count(*) as people,
    count(*) filter (where is_computed) as found_in_data,
    count(*) filter (where is_coded) as coded_by_people,
    count(*) filter (where is_improved) as improved
from register
group by all
order by clinic_id, people desc, factor
