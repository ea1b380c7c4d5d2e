with source as (
    select
        employment.clinic_id,
        employment.file_sha256,
        employment.source_line,
        employment.delivered_order,
        {{ nhs_submission() }} as submission,
        employment.person_id,
        employment.employstatus,
        employment.employstatusrecdate,
        codes.meaning as employment_status,
        {{ parse_date('employment.employstatusrecdate', 'dmy') }} as recorded_on
    from {{ source('raw_nhs_iapt', 'employment') }} as employment
    left join {{ ref('nhs_codes') }} as codes on codes.column_name = 'EmployStatus' and employment.employstatus = codes.code
),

judged as (
    select
        clinic_id,
        'nhs_iapt' as source_system,
        'employment' as raw_table,
        file_sha256,
        source_line,
        delivered_order,
        submission,
        person_id as client_pseudonym,
        recorded_on,
        employment_status,
        {{ row_problem([
            missing('Person_ID'),
            not_a_date('EmployStatusRecDate', 'recorded_on'),
            ('EmployStatus', 'employstatus is not null and employment_status is null', 'not a code of the NHS Data Dictionary'),
        ]) }}
    from source
),

{{ settle_rows(
    'judged',
    ['clinic_id', 'source_system', 'raw_table', 'file_sha256', 'source_line', 'client_pseudonym', 'recorded_on', 'employment_status'],
    ['client_pseudonym', 'recorded_on'],
    version='submission'
) }}

select
    clinic_id,
    source_system,
    raw_table,
    file_sha256,
    source_line,
    client_pseudonym,
    recorded_on,
    employment_status,
    row_state,
    row_reason,
    row_column
from settled
