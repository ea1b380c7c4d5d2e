-- Which clinics' own courses show more than their usual variation in the newest month or quarter?
select
    clinic_id,
    indicator_id,
    grain,
    month,
    round(rate, 3) as rate,
    round(lower_limit, 3) as usual_from,
    round(upper_limit, 3) as usual_to,
    signal,
    side,
    since
from benchmarks.control_charts
where signal <> 'none'
qualify row_number() over (partition by clinic_id, indicator_id order by month desc) = 1
order by clinic_id, indicator_id
