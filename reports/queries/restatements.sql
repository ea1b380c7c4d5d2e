-- Months already reported that read differently now: from what, to what, and by which deliveries. The last twelve months.
select
    restatements.clinic_id,
    restatements.indicator_id,
    indicators.name,
    restatements.month,
    restatements.earlier_as_of,
    restatements.earlier_numerator,
    restatements.earlier_denominator,
    restatements.numerator,
    restatements.denominator,
    restatements.deliveries,
    restatements.cause
from benchmarks.restatements
inner join benchmarks.indicators on indicators.indicator_id = restatements.indicator_id
where
    restatements.month between $month - interval 11 month and $month
    and restatements.clinic_id in $clinics
order by restatements.clinic_id, indicators.position, restatements.month
