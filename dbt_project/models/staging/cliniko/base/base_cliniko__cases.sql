with typed as (
    select
        cases.*,
        {{ parse_date('cases.issued_on') }} as issued_date,
        cast({{ local_from_utc(utc_from_text('cases.updated_at', 'clinics.time_zone'), 'clinics.time_zone') }} as date) as updated_on
    from {{ source('raw_cliniko', 'patient_cases') }} as cases
    inner join {{ source('inputs', 'clinics') }} as clinics on cases.clinic_id = clinics.clinic_id
),

judged as (
    select
        clinic_id,
        'cliniko' as source_system,
        'patient_cases' as raw_table,
        file_sha256,
        source_line,
        delivered_order,
        updated_at,
        case_id,
        patient_id,
        issued_date,
        updated_on,
        lower(closed) = 'true' as is_closed,
        {{ removed_record() }} as left_out_reason,
        {{ row_problem([
            missing('case_id'),
            missing('patient_id'),
            missing('issued_on'),
            not_a_date('issued_on', 'issued_date'),
        ]) }}
    from typed
),

{%- set columns = [
    'clinic_id', 'source_system', 'raw_table', 'file_sha256', 'source_line', 'case_id', 'patient_id', 'issued_date', 'updated_on', 'is_closed',
    'left_out_reason',
] %}

{{ settle_rows('judged', columns, ['case_id'], version='updated_at') }}

select
    {{ columns | join(',\n    ') }},
    row_state,
    row_reason,
    row_column
from settled
