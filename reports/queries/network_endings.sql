-- How treatment ended over all clinics in the twelve months up to the reported one.
select
    ending_class,
    count(*) as people
from core.episodes
where
    ended_on >= $month - interval 11 month
    and ended_on < $month + interval 1 month
    and attended_treatment_sessions >= 1
group by ending_class
order by ending_class
