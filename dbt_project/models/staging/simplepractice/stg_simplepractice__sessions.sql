with attendance as (
    select
        clinic_id,
        file_sha256,
        source_line,
        delivered_order,
        client_name as client,
        clinician_name as clinician,
        date_of_service,
        {{ parse_time('date_of_service', 'mdy') }} as service_local,
        date_of_service like '%:%' as has_time,
        replace(replace(lower(status), ' ', '_'), '-', '_') as status,
        lower(office_name) as office_name
    from {{ source('raw_simplepractice', 'client_attendance') }}
),

appointments as (
    select
        clinic_id,
        file_sha256,
        source_line,
        delivered_order,
        client,
        clinician,
        date_of_service,
        {{ parse_time('date_of_service', 'mdy') }} as service_local,
        date_of_service like '%:%' as has_time,
        replace(lower(progress_note_status), ' ', '_') as progress_note_status,
        billing_code
    from {{ source('raw_simplepractice', 'appointment_status') }}
),

-- One appointment stands in both reports: the same client, clinician and day, and the same time where both have one.
pairs as (
    select
        attendance.clinic_id,
        attendance.file_sha256,
        attendance.source_line,
        appointments.file_sha256 as appointment_sha256,
        appointments.source_line as appointment_line,
        appointments.service_local as appointment_local,
        appointments.has_time as appointment_has_time,
        appointments.billing_code
    from attendance
    inner join appointments
        on attendance.clinic_id = appointments.clinic_id
        and attendance.client = appointments.client
        and attendance.clinician = appointments.clinician
        and cast(attendance.service_local as date) = cast(appointments.service_local as date)
        and (attendance.service_local = appointments.service_local or not attendance.has_time or not appointments.has_time)
),

told as (
    select
        clinic_id,
        file_sha256,
        source_line,
        min(appointment_local) filter (where appointment_has_time) as appointment_local,
        min_by(billing_code, (appointment_local, appointment_line)) as billing_code
    from pairs
    group by clinic_id, file_sha256, source_line
),

repeated as (
    select distinct
        clinic_id,
        appointment_sha256 as file_sha256,
        appointment_line as source_line
    from pairs
),

lines as (
    select
        attendance.clinic_id,
        'client_attendance' as raw_table,
        attendance.file_sha256,
        attendance.source_line,
        attendance.delivered_order,
        attendance.client,
        attendance.clinician,
        attendance.date_of_service,
        case when attendance.has_time then attendance.service_local else coalesce(told.appointment_local, attendance.service_local) end as starts_local,
        attendance.has_time,
        'status' as marked_in,
        attendance.status as mark,
        attendance.office_name,
        told.billing_code,
        cast(null as string) as left_out_reason
    from attendance
    left join told
        on attendance.clinic_id = told.clinic_id
        and attendance.file_sha256 = told.file_sha256
        and attendance.source_line = told.source_line

    union all

    select
        appointments.clinic_id,
        'appointment_status' as raw_table,
        appointments.file_sha256,
        appointments.source_line,
        appointments.delivered_order,
        appointments.client,
        appointments.clinician,
        appointments.date_of_service,
        appointments.service_local as starts_local,
        appointments.has_time,
        'progress_note_status' as marked_in,
        appointments.progress_note_status as mark,
        cast(null as string) as office_name,
        appointments.billing_code,
        case when repeated.source_line is not null then 'the attendance report tells what became of this appointment' end as left_out_reason
    from appointments
    left join repeated
        on appointments.clinic_id = repeated.clinic_id
        and appointments.file_sha256 = repeated.file_sha256
        and appointments.source_line = repeated.source_line
),

offices as (
    select
        named.office_name,
        min_by(codes.meaning, codes.rank) as medium
    from (select distinct office_name from lines) as named
    inner join {{ ref('simplepractice_codes') }} as codes
        on codes.column_name = 'office_name' and named.office_name like '%' || codes.code || '%'
    group by named.office_name
),

typed as (
    select
        lines.*,
        cast(lines.starts_local as date) > parameters.as_of as is_future,
        marks.meaning as known_mark,
        coalesce(names.is_ambiguous, false) as is_ambiguous,
        case
            when names.participants = 'couple' then 'couple'
            else coalesce(services.meaning, names.participants)
        end as participants,
        coalesce(kinds.meaning, 'treatment') as kind,
        coalesce(offices.medium, case when lines.office_name is not null then 'in_person' end) as medium,
        clinics.time_zone
    from lines
    inner join {{ source('inputs', 'clinics') }} as clinics on lines.clinic_id = clinics.clinic_id
    cross join {{ source('inputs', 'parameters') }} as parameters
    left join {{ ref('stg_simplepractice__names') }} as names
        on lines.clinic_id = names.clinic_id and lines.client = names.client_pseudonym
    left join {{ ref('simplepractice_codes') }} as marks on lines.marked_in = marks.column_name and lines.mark = marks.code
    left join {{ ref('simplepractice_codes') }} as services on services.column_name = 'participants' and lines.billing_code = services.code
    left join {{ ref('simplepractice_codes') }} as kinds on kinds.column_name = 'kind' and lines.billing_code = kinds.code
    left join offices on lines.office_name = offices.office_name
),

-- Show is what an appointment is made with: before its day it says nothing, after it that nobody changed it.
marked as (
    select
        *,
        case
            when is_future and coalesce(known_mark, 'attended') = 'attended' then 'scheduled'
            when known_mark is not null then known_mark
            when marked_in = 'status' and mark is not null then 'unknown'
            else 'not_recorded'
        end as attendance,
        case
            when is_future or mark is null then null
            when marked_in = 'progress_note_status' then case when known_mark = 'attended' then 'inferred' end
            when known_mark = 'attended' then 'default'
            else 'explicit'
        end as attendance_evidence
    from typed
),

judged as (
    select
        clinic_id,
        'simplepractice' as source_system,
        raw_table,
        file_sha256,
        source_line,
        delivered_order,
        -- where a day is all that is known of the time, a cancelled and a kept appointment of that day are two
        {{ derived_key(['raw_table', 'client', 'clinician', 'starts_local', 'case when not has_time then mark end']) }} as session_pseudonym,
        cast(null as string) as episode_pseudonym,
        client as client_pseudonym,
        clinician as practitioner_pseudonym,
        {{ utc_from_local('starts_local', 'time_zone') }} as starts_at,
        starts_local as starts_at_local,
        kind,
        attendance,
        attendance_evidence,
        cast(null as timestamp) as cancelled_at,
        medium,
        participants,
        left_out_reason,
        {{ row_problem([
            missing('client'),
            ('client', 'is_ambiguous', 'several clients have this name, and nothing in the export tells whose appointment it is'),
            missing('clinician'),
            missing('date_of_service'),
            not_a_time('date_of_service', 'starts_local'),
            ('status', "marked_in = 'status' and mark is null", 'a required value is missing'),
        ]) }}
    from marked
),

{{ settle_rows('judged', entity_body('sessions') + ['left_out_reason'], ['session_pseudonym']) }}

{{ without_left_out('sessions') }}
