-- What first consultations decided in the twelve months up to the reported one.
with decided as (
    select
        clinic_id,
        consultation_outcome
    from core.episodes
    where
        consultation_decided_on >= $month - interval 11 month
        and consultation_decided_on < $month + interval 1 month
        and consultation_outcome is not null
        and clinic_id in $clinics
)

select
    $whose as clinic_id,
    consultation_outcome,
    count(*) as people
from decided
group by all
order by clinic_id, consultation_outcome
