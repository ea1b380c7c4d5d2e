{{ config(materialized='table') }}

with counted as (
    select
        *,
        count(*) over (partition by clinic_id, file_sha256, source_line) as clients
    from {{ source('raw_fhir_r4', 'appointments') }}
),

typed as (
    select
        appointments.clinic_id,
        appointments.file_sha256,
        appointments.source_line,
        appointments.delivered_order,
        appointments.last_updated,
        appointments.appointment_id,
        appointments.client_id,
        appointments.status,
        appointments.starts_at,
        appointments.episode_id,
        appointments.clients,
        coalesce(practitioners.practitioner_pseudonym, appointments.practitioner_id) as practitioner_pseudonym,
        {{ utc_from_text('appointments.starts_at', 'clinics.time_zone') }} as starts_utc,
        clinics.time_zone,
        types.kind,
        statuses.value as status_attendance,
        case when appointments.status = 'cancelled' then reasons.value end as reason_attendance
    from counted as appointments
    inner join {{ source('inputs', 'clinics') }} as clinics on appointments.clinic_id = clinics.clinic_id
    left join {{ ref('base_fhir_r4__practitioner_references') }} as practitioners
        on appointments.clinic_id = practitioners.clinic_id and appointments.practitioner_id = practitioners.reference
    left join {{ ref('base_fhir_r4__service_types') }} as types on coalesce(appointments.service_type, 'none') = coalesce(types.service_type, 'none')
    left join {{ ref('fhir_codes') }} as statuses on statuses.field = 'appointment_status' and appointments.status = statuses.source_code
    left join {{ ref('fhir_codes') }} as reasons on reasons.field = 'cancelation_reason' and appointments.cancelation_reason = reasons.source_code
),

judged as (
    select
        clinic_id,
        'fhir_r4' as source_system,
        'appointments' as raw_table,
        file_sha256,
        source_line,
        delivered_order,
        last_updated,
        appointment_id,
        client_id,
        case when clients = 1 then appointment_id else {{ derived_key(["'Appointment'", 'appointment_id', 'client_id']) }} end as session_pseudonym,
        practitioner_pseudonym,
        episode_id,
        starts_utc,
        {{ local_from_utc('starts_utc', 'time_zone') }} as starts_local,
        kind,
        coalesce(reason_attendance, status_attendance, 'unknown') as attendance,
        case when clients = 1 then 'individual' else 'group' end as participants,
        case
            when status = 'entered-in-error' then 'entered in error'
            when status in ('proposed', 'waitlist') then 'an appointment that was asked for, not made'
        end as left_out_reason,
        {{ row_problem([
            missing('appointment_id'),
            missing('client_id'),
            missing('status'),
            ('starts_at', "starts_at is null and status not in ('proposed', 'waitlist', 'entered-in-error')", 'a required value is missing'),
            not_a_time('starts_at', 'starts_utc'),
        ]) }}
    from typed
),

{%- set columns = [
    'clinic_id', 'source_system', 'raw_table', 'file_sha256', 'source_line', 'appointment_id', 'client_id', 'session_pseudonym',
    'practitioner_pseudonym', 'episode_id', 'starts_utc', 'starts_local', 'kind', 'attendance', 'participants', 'left_out_reason',
] %}

{{ settle_rows('judged', columns, ['appointment_id', 'client_id'], version='last_updated') }}

select
    {{ columns | join(',\n    ') }},
    row_state,
    row_reason,
    row_column
from settled
