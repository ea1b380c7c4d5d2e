-- Every clinic over the twelve months up to the reported one, with the limits that chance alone would give around the
-- network's rate: exact ones, and ones widened where clinics differ by more than chance.
select
    indicator_id,
    clinic_id,
    numerator,
    denominator,
    rate,
    network_rate,
    funnel_lower_998,
    funnel_lower_95,
    funnel_upper_95,
    funnel_upper_998,
    overdispersed_lower_95,
    overdispersed_upper_95,
    rate between funnel_lower_95 and funnel_upper_95 as is_inside,
    count(*) filter (where rate between funnel_lower_95 and funnel_upper_95) over (partition by indicator_id) as clinics_inside,
    comparison
from benchmarks.clinic_months
where
    month = $month
    and span = 'rolling_12'
    and state = 'shown'
    and funnel_lower_95 is not null
    and indicator_id in $indicators
order by indicator_id, denominator, clinic_id
