-- A patient that was merged into another stays, so that the link can be followed; one that was deleted without a merge is left out.
with judged as (
    select
        patients.clinic_id,
        'cliniko' as source_system,
        'patients' as raw_table,
        patients.file_sha256,
        patients.source_line,
        patients.delivered_order,
        coalesce(patients.updated_at, patients.deleted_at) as changed_at,
        patients.patient_id as client_pseudonym,
        case when patients.birth_date_year <> 'invalid' then cast(patients.birth_date_year as integer) end as birth_year,
        genders.meaning as gender,
        cast(null as string) as ethnicity,
        cast(null as string) as employment_status,
        cast(null as integer) as deprivation_decile,
        patients.identity_name_birth,
        patients.identity_strong,
        'strong' as key_strength,
        patients.merged_into_id as merged_into_pseudonym,
        case when patients.deleted_at is not null and patients.merged_into_id is null then 'deleted in the practice system' end as left_out_reason,
        {{ row_problem([missing('patient_id')]) }}
    from {{ source('raw_cliniko', 'patients') }} as patients
    left join {{ ref('cliniko_codes') }} as genders on genders.column_name = 'gender' and patients.gender = genders.code
),

{{ settle_rows('judged', entity_body('clients') + ['left_out_reason'], ['client_pseudonym'], version='changed_at') }}

{{ without_left_out('clients') }}
