-- The clinics of the network, and the day up to which each one's data reach.
select
    clinic_id,
    name,
    systems,
    has_data,
    data_through_on
from core.clinics
order by name, clinic_id
