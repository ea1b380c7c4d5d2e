with typed as (
    select
        appointments.*,
        {{ utc_from_text('appointments.starts_at', 'clinics.time_zone') }} as starts_utc
    from {{ source('raw_cliniko', 'group_appointments') }} as appointments
    inner join {{ source('inputs', 'clinics') }} as clinics on appointments.clinic_id = clinics.clinic_id
),

judged as (
    select
        clinic_id,
        'cliniko' as source_system,
        'group_appointments' as raw_table,
        file_sha256,
        source_line,
        delivered_order,
        updated_at,
        appointment_id,
        starts_utc,
        practitioner_id,
        type_id,
        telehealth,
        deleted_at,
        archived_at,
        {{ row_problem([
            missing('appointment_id'),
            missing('starts_at'),
            not_a_time('starts_at', 'starts_utc'),
        ]) }}
    from typed
),

{%- set columns = [
    'clinic_id', 'source_system', 'raw_table', 'file_sha256', 'source_line', 'appointment_id', 'starts_utc', 'practitioner_id', 'type_id', 'telehealth',
    'deleted_at', 'archived_at',
] %}

{{ settle_rows('judged', columns, ['appointment_id'], version='updated_at') }}

select
    {{ columns | join(',\n    ') }},
    row_state,
    row_reason,
    row_column
from settled
