-- Appointments hold where both exist: a client who did not come has no Encounter. What took place in spite of a status that still says `booked`
-- is known from the Encounter, as are the episode and the medium.
with seen as (
    select
        clinic_id,
        session_pseudonym,
        max(episode_id) as episode_id,
        max(medium) as medium,
        max(case when attendance = 'attended' then 1 else 0 end) as was_attended
    from {{ ref('base_fhir_r4__encounter_sessions') }}
    where has_appointment
    group by clinic_id, session_pseudonym
),

booked as (
    select
        appointments.clinic_id,
        appointments.source_system,
        appointments.raw_table,
        appointments.file_sha256,
        appointments.source_line,
        appointments.session_pseudonym,
        coalesce(appointments.episode_id, seen.episode_id) as episode_pseudonym,
        appointments.client_id as client_pseudonym,
        appointments.practitioner_pseudonym,
        appointments.starts_utc as starts_at,
        appointments.starts_local as starts_at_local,
        appointments.kind,
        case when appointments.attendance = 'scheduled' and seen.was_attended = 1 then 'attended' else appointments.attendance end as attendance,
        case when appointments.attendance = 'scheduled' and seen.was_attended = 1 then 'inferred' else 'explicit' end as attendance_evidence,
        cast(null as timestamp) as cancelled_at,
        seen.medium,
        appointments.participants,
        appointments.left_out_reason,
        appointments.row_state,
        appointments.row_reason,
        appointments.row_column
    from {{ ref('base_fhir_r4__appointments') }} as appointments
    left join seen
        on appointments.clinic_id = seen.clinic_id
        and appointments.session_pseudonym = seen.session_pseudonym
),

encountered as (
    select
        encounters.clinic_id,
        encounters.source_system,
        encounters.raw_table,
        encounters.file_sha256,
        encounters.source_line,
        encounters.session_pseudonym,
        encounters.episode_id as episode_pseudonym,
        encounters.client_id as client_pseudonym,
        encounters.practitioner_pseudonym,
        encounters.starts_utc as starts_at,
        encounters.starts_local as starts_at_local,
        encounters.kind,
        encounters.attendance,
        'explicit' as attendance_evidence,
        cast(null as timestamp) as cancelled_at,
        encounters.medium,
        cast(null as string) as participants,
        case when sessions.has_appointment then 'counted once, as the appointment that it belongs to' else encounters.left_out_reason end as left_out_reason,
        encounters.row_state,
        encounters.row_reason,
        encounters.row_column
    from {{ ref('base_fhir_r4__encounters') }} as encounters
    left join {{ ref('base_fhir_r4__encounter_sessions') }} as sessions
        on encounters.clinic_id = sessions.clinic_id
        -- a condition on the left side of an outer join alone would compare every pair of rows
        and case when encounters.row_state = 'current' then encounters.encounter_id end = sessions.encounter_id
),

{%- set columns = (entity_body('sessions') + ['left_out_reason', 'row_state', 'row_reason', 'row_column']) | join(', ') %}

settled as (
    select {{ columns }}
    from booked
    union all
    select {{ columns }}
    from encountered
)

{{ without_left_out('sessions') }}
