-- Where first consultations led to a colleague: was it in time, and did the person arrive there? A timely redirect is no failure.
select
    clinic_id,
    count(*) filter (where is_redirected) as redirected,
    count(*) filter (where is_timely_redirect) as in_time,
    count(*) filter (where is_late_redirect) as late,
    count(*) filter (where is_redirected and redirect_arrived_on is not null) as arrived,
    median(days_to_decision) as median_days_to_decision
from core.consultations
group by clinic_id
order by clinic_id
