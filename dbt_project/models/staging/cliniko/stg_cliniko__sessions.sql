{%- set settled_columns = 'clinic_id, source_system, raw_table, file_sha256, source_line, row_state, row_reason, row_column' -%}
{%- set appointment_columns = 'session_pseudonym, case_id, client_pseudonym, practitioner_id, type_id, telehealth, starts_utc, is_group' -%}

-- The attendee of an individual appointment is that appointment, not a second session; where the appointment was not marked, the attendee's mark counts.
with alone as (
    select
        appointments.clinic_id,
        appointments.appointment_id,
        max(attendees.arrived) as arrived,
        max(attendees.cancelled_utc) as cancelled_utc,
        max(attendees.cancellation_reason) as cancellation_reason,
        max(attendees.cancellation_note) as cancellation_note,
        max(case_attendees.case_id) as case_id
    from {{ ref('base_cliniko__appointments') }} as appointments
    inner join {{ ref('base_cliniko__attendees') }} as attendees
        on appointments.clinic_id = attendees.clinic_id
        and appointments.appointment_id = attendees.booking_id
        and attendees.row_state = 'current'
        and attendees.left_out_reason is null
    left join {{ ref('stg_cliniko__case_attendees') }} as case_attendees
        on attendees.clinic_id = case_attendees.clinic_id
        and attendees.attendee_id = case_attendees.attendee_id
        and case_attendees.row_state = 'current'
    where appointments.row_state = 'current'
    group by appointments.clinic_id, appointments.appointment_id
),

individual as (
    select
        appointments.clinic_id,
        appointments.source_system,
        appointments.raw_table,
        appointments.file_sha256,
        appointments.source_line,
        appointments.row_state,
        appointments.row_reason,
        appointments.row_column,
        appointments.appointment_id as session_pseudonym,
        coalesce(appointments.case_id, alone.case_id) as case_id,
        appointments.patient_id as client_pseudonym,
        appointments.practitioner_id,
        appointments.type_id,
        appointments.telehealth,
        appointments.starts_utc,
        false as is_group,
        appointments.is_arrived or coalesce(not appointments.is_missed and alone.arrived = 'true', false) as is_arrived,
        appointments.is_missed or coalesce(not appointments.is_arrived and alone.arrived = 'false', false) as is_missed,
        coalesce(appointments.cancelled_utc, alone.cancelled_utc) as cancelled_utc,
        coalesce(appointments.cancellation_reason, alone.cancellation_reason) as cancellation_reason,
        coalesce(nullif(appointments.cancellation_note, 'other'), alone.cancellation_note) as cancellation_note,
        appointments.left_out_reason
    from {{ ref('base_cliniko__appointments') }} as appointments
    left join alone
        on appointments.clinic_id = alone.clinic_id
        and appointments.appointment_id = alone.appointment_id
),

attending as (
    select
        attendees.clinic_id,
        attendees.source_system,
        attendees.raw_table,
        attendees.file_sha256,
        attendees.source_line,
        case when attendees.row_state = 'current' and bookings.starts_utc is null then 'quarantined' else attendees.row_state end as row_state,
        case
            when attendees.row_state = 'current' and bookings.starts_utc is null then 'its appointment is in no delivery'
            else attendees.row_reason
        end as row_reason,
        case when attendees.row_state = 'current' and bookings.starts_utc is null then 'booking_id' else attendees.row_column end as row_column,
        attendees.attendee_id as session_pseudonym,
        case_attendees.case_id,
        attendees.patient_id as client_pseudonym,
        bookings.practitioner_id,
        bookings.type_id,
        bookings.telehealth,
        bookings.starts_utc,
        true as is_group,
        coalesce(attendees.arrived = 'true', false) as is_arrived,
        coalesce(attendees.arrived = 'false', false) as is_missed,
        attendees.cancelled_utc,
        attendees.cancellation_reason,
        attendees.cancellation_note,
        coalesce(attendees.left_out_reason, bookings.left_out_reason) as left_out_reason
    from {{ ref('base_cliniko__attendees') }} as attendees
    left join (
        select
            clinic_id,
            appointment_id,
            starts_utc,
            practitioner_id,
            type_id,
            telehealth,
            'counted once, as the appointment that it belongs to' as left_out_reason
        from {{ ref('base_cliniko__appointments') }}
        where row_state = 'current'
        union all
        select
            clinic_id,
            appointment_id,
            starts_utc,
            practitioner_id,
            type_id,
            telehealth,
            {{ removed_record() }} as left_out_reason
        from {{ ref('stg_cliniko__group_appointments') }}
        where row_state = 'current'
    ) as bookings
        on attendees.clinic_id = bookings.clinic_id
        and attendees.booking_id = bookings.appointment_id
    left join {{ ref('stg_cliniko__case_attendees') }} as case_attendees
        on attendees.clinic_id = case_attendees.clinic_id
        and attendees.attendee_id = case_attendees.attendee_id
        and case_attendees.row_state = 'current'
),

{%- set marks = 'is_arrived, is_missed, cancelled_utc, cancellation_reason, cancellation_note, left_out_reason' %}

booked as (
    select {{ settled_columns }}, {{ appointment_columns }}, {{ marks }}
    from individual
    union all
    select {{ settled_columns }}, {{ appointment_columns }}, {{ marks }}
    from attending
),

-- An arrival that nobody recorded is not an absence, and nobody is taken to have come because nobody said otherwise.
marked as (
    select
        booked.*,
        clinics.time_zone,
        parameters.as_of,
        types.participants,
        types.kind,
        types.medium,
        case
            when booked.cancelled_utc is null then null
            when notes.meaning is not null then notes.meaning
            when booked.cancelled_utc > booked.starts_utc - interval 24 hours and booked.cancelled_utc <= booked.starts_utc then 'cancelled_late_by_client'
            else coalesce(reasons.meaning, 'cancelled_by_client')
        end as cancellation,
        notes.meaning is not null or reasons.meaning is not null as is_reason_given
    from booked
    inner join {{ source('inputs', 'clinics') }} as clinics on booked.clinic_id = clinics.clinic_id
    cross join {{ source('inputs', 'parameters') }} as parameters
    left join {{ ref('stg_cliniko__appointment_types') }} as types
        on booked.clinic_id = types.clinic_id
        and booked.type_id = types.type_id
        and types.row_state = 'current'
    left join {{ ref('cliniko_codes') }} as reasons
        on reasons.column_name = 'cancellation_reason' and booked.cancellation_reason = reasons.code
    left join {{ ref('cliniko_codes') }} as notes
        on notes.column_name = 'cancellation_note' and booked.cancellation_note = notes.code
),

settled as (
    select
        clinic_id,
        source_system,
        raw_table,
        file_sha256,
        source_line,
        session_pseudonym,
        case_id as episode_pseudonym,
        client_pseudonym,
        practitioner_id as practitioner_pseudonym,
        starts_utc as starts_at,
        {{ local_from_utc('starts_utc', 'time_zone') }} as starts_at_local,
        coalesce(kind, 'treatment') as kind,
        case
            when cancellation is not null then cancellation
            when is_missed then 'did_not_attend'
            when is_arrived then 'attended'
            when cast({{ local_from_utc('starts_utc', 'time_zone') }} as date) > as_of then 'scheduled'
            else 'not_recorded'
        end as attendance,
        case
            when cancellation is not null and not is_reason_given then 'inferred'
            when cancellation is not null or is_missed or is_arrived then 'explicit'
        end as attendance_evidence,
        cancelled_utc as cancelled_at,
        coalesce(telehealth, medium) as medium,
        case when is_group then coalesce(participants, 'group') else coalesce(participants, 'individual') end as participants,
        left_out_reason,
        row_state,
        row_reason,
        row_column
    from marked
)

{{ without_left_out('sessions') }}
