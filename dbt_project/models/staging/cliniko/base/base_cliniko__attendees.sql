with typed as (
    select
        attendees.*,
        {{ utc_from_text('attendees.cancelled_at', 'clinics.time_zone') }} as cancelled_utc
    from {{ source('raw_cliniko', 'attendees') }} as attendees
    inner join {{ source('inputs', 'clinics') }} as clinics on attendees.clinic_id = clinics.clinic_id
),

judged as (
    select
        clinic_id,
        'cliniko' as source_system,
        'attendees' as raw_table,
        file_sha256,
        source_line,
        delivered_order,
        updated_at,
        attendee_id,
        booking_id,
        patient_id,
        lower(arrived) as arrived,
        cancelled_utc,
        cancellation_reason,
        cancellation_note,
        {{ removed_record() }} as left_out_reason,
        {{ row_problem([
            missing('attendee_id'),
            missing('booking_id'),
            missing('patient_id'),
            not_a_time('cancelled_at', 'cancelled_utc'),
        ]) }}
    from typed
),

{%- set columns = [
    'clinic_id', 'source_system', 'raw_table', 'file_sha256', 'source_line', 'attendee_id', 'booking_id', 'patient_id', 'arrived', 'cancelled_utc',
    'cancellation_reason', 'cancellation_note', 'left_out_reason',
] %}

{{ settle_rows('judged', columns, ['attendee_id'], version='updated_at') }}

select
    {{ columns | join(',\n    ') }},
    row_state,
    row_reason,
    row_column
from settled
