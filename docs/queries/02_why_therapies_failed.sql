-- Which failures were found among ended episodes, by data and by people, and what share was reviewed at all?
-- A clinic with no coded failure and few reviews is not a clinic without failures.
select
    register.factor,
    register.evidence,
    count(distinct register.episode_key) as episodes,
    count(distinct register.clinic_id) as clinics,
    round(count(distinct register.episode_key) / (select count(*) from core.episode_outcomes), 3) as share_of_ended
from core.failure_register as register
group by register.factor, register.evidence
order by episodes desc, register.factor, register.evidence
