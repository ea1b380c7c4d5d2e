-- How far could missing outcomes move each clinic's reliable improvement, had all of them failed or all succeeded?
select
    clinic_id,
    numerator,
    denominator,
    missing,
    round(rate, 3) as rate,
    round(lower_bound_rate, 3) as at_worst,
    round(upper_bound_rate, 3) as at_best,
    comparison
from benchmarks.clinic_months
cross join ops.parameters
where
    clinic_months.month = parameters.month
    and span = 'rolling_12'
    and indicator_id = 'reliable_improvement'
order by clinic_id
