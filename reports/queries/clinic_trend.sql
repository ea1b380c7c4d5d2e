-- A clinic's own course: its last 24 months, or quarters where a month counts fewer than ten, and its usual variation (XmR).
select
    clinic_id,
    indicator_id,
    grain,
    month,
    numerator,
    denominator,
    rate,
    mean,
    lower_limit,
    upper_limit,
    is_trial,
    is_outside or is_shift or is_trend or is_near_limit as is_special,
    signal,
    side,
    since,
    target,
    assurance
from benchmarks.control_charts
where
    month <= $month
    and clinic_id in $clinics
    and indicator_id in $indicators
qualify row_number() over (partition by clinic_id, indicator_id order by month desc) <= 24
order by clinic_id, indicator_id, month
