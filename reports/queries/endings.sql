-- How treatment ended for those whose course ended in the twelve months up to the reported one.
-- Under the external profile a class with too few people to be shown is counted in `merged`, with the next smallest
-- where it would stand alone.
with endings as (
    select
        $whose as clinic_id,
        ending_class,
        count(*) as people
    from core.episodes
    where
        ended_on >= $month - interval 11 month
        and ended_on < $month + interval 1 month
        and attended_treatment_sessions >= 1
        and clinic_id in $clinics
    group by all
),

ranked as (
    select
        clinic_id,
        ending_class,
        people,
        coalesce(sum(people) over (
            partition by clinic_id order by people, ending_class rows between unbounded preceding and 1 preceding
        ), 0) as people_in_smaller,
        (select if(disclosure = 'external', 11, 1) from ops.parameters) as fewest_shown
    from endings
),

merged as (
    select
        clinic_id,
        if(people < fewest_shown or people_in_smaller between 1 and fewest_shown - 1, 'merged', ending_class) as ending_class,
        people
    from ranked
)

select
    clinic_id,
    ending_class,
    sum(people)::bigint as people
from merged
group by clinic_id, ending_class
order by clinic_id, ending_class
