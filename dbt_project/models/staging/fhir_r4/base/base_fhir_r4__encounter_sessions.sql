-- An Encounter that belongs to an Appointment of the same client is that session, not a second one.
select
    encounters.clinic_id,
    encounters.encounter_id,
    encounters.client_id,
    encounters.episode_id,
    encounters.medium,
    encounters.attendance,
    coalesce(appointments.session_pseudonym, encounters.session_pseudonym) as session_pseudonym,
    appointments.session_pseudonym is not null as has_appointment
from {{ ref('base_fhir_r4__encounters') }} as encounters
left join {{ ref('base_fhir_r4__appointments') }} as appointments
    on encounters.clinic_id = appointments.clinic_id
    and encounters.appointment_id = appointments.appointment_id
    and encounters.client_id = appointments.client_id
    and appointments.row_state = 'current'
    and appointments.left_out_reason is null
where
    encounters.row_state = 'current'
    and encounters.left_out_reason is null
