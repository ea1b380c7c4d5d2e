-- How far scores and reviewers see the same, over all courses that ended, were reviewed, and of which the data can tell.
select
    clinic_id,
    computed_factor,
    coded_factor,
    episodes,
    observed_agreement_rate,
    kappa
from core.failure_agreement
where
    clinic_id in $clinics
    and kappa is not null
order by clinic_id, computed_factor
