with typed as (
    select
        appointments.*,
        {{ utc_from_text('appointments.starts_at', 'clinics.time_zone') }} as starts_utc,
        {{ utc_from_text('appointments.cancelled_at', 'clinics.time_zone') }} as cancelled_utc
    from {{ source('raw_cliniko', 'individual_appointments') }} as appointments
    inner join {{ source('inputs', 'clinics') }} as clinics on appointments.clinic_id = clinics.clinic_id
),

judged as (
    select
        clinic_id,
        'cliniko' as source_system,
        'individual_appointments' as raw_table,
        file_sha256,
        source_line,
        delivered_order,
        updated_at,
        appointment_id,
        starts_utc,
        patient_id,
        practitioner_id,
        type_id,
        case_id,
        telehealth,
        lower(patient_arrived) = 'true' as is_arrived,
        lower(did_not_arrive) = 'true' as is_missed,
        cancelled_utc,
        cancellation_reason,
        cancellation_note,
        {{ removed_record() }} as left_out_reason,
        {{ row_problem([
            missing('appointment_id'),
            missing('patient_id'),
            missing('starts_at'),
            not_a_time('starts_at', 'starts_utc'),
            not_a_time('cancelled_at', 'cancelled_utc'),
        ]) }}
    from typed
),

{%- set columns = [
    'clinic_id', 'source_system', 'raw_table', 'file_sha256', 'source_line', 'appointment_id', 'starts_utc', 'patient_id', 'practitioner_id', 'type_id',
    'case_id', 'telehealth', 'is_arrived', 'is_missed', 'cancelled_utc', 'cancellation_reason', 'cancellation_note', 'left_out_reason',
] %}

{{ settle_rows('judged', columns, ['appointment_id'], version='updated_at') }}

select
    {{ columns | join(',\n    ') }},
    row_state,
    row_reason,
    row_column
from settled
