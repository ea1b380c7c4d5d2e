-- Every clinic over the twelve months up to the reported one, with the limits that chance alone would give around the
-- network's rate: exact ones, and ones widened where clinics differ by more than chance.
select
    clinic_months.indicator_id,
    clinic_months.clinic_id,
    clinic_months.numerator,
    clinic_months.denominator,
    clinic_months.rate,
    clinic_months.network_rate,
    clinic_months.funnel_lower_998,
    clinic_months.funnel_lower_95,
    clinic_months.funnel_upper_95,
    clinic_months.funnel_upper_998,
    clinic_months.overdispersed_lower_95,
    clinic_months.overdispersed_upper_95,
    coalesce(network_months.overdispersion_tau2, 0) > 0 as is_widened,
    clinic_months.rate between clinic_months.funnel_lower_95 and clinic_months.funnel_upper_95 as is_inside,
    clinic_months.comparison
from benchmarks.clinic_months
inner join benchmarks.network_months
    on
        clinic_months.month = network_months.month
        and clinic_months.span = network_months.span
        and clinic_months.indicator_id = network_months.indicator_id
where
    clinic_months.month = $month
    and clinic_months.span = 'rolling_12'
    and clinic_months.state = 'shown'
    and clinic_months.funnel_lower_95 is not null
    and clinic_months.indicator_id in $indicators
order by clinic_months.indicator_id, clinic_months.denominator, clinic_months.clinic_id
