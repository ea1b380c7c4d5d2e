-- How people ended up with each therapist of a clinic over 24 months, beside the clinic as a whole. For the clinic itself only; a therapist is
-- called by the first eight characters of the pseudonym, and comes in the order of these.
select
    clinic_id,
    indicator_id,
    left(practitioner_key, 8) as code,
    numerator,
    denominator,
    missing,
    rate,
    lower,
    upper,
    clinic_rate,
    state,
    comparison
from benchmarks.practitioner_rates
where
    month = $month
    and clinic_id in $clinics
    and (select parameters.disclosure from ops.parameters) = 'internal'
order by clinic_id, indicator_id, practitioner_key
