with judged as (
    select
        patients.clinic_id,
        'fhir_r4' as source_system,
        'patients' as raw_table,
        patients.file_sha256,
        patients.source_line,
        patients.delivered_order,
        patients.last_updated,
        patients.client_id as client_pseudonym,
        case when patients.birth_date_year <> 'invalid' then cast(patients.birth_date_year as integer) end as birth_year,
        genders.value as gender,
        cast(null as string) as ethnicity,
        cast(null as string) as employment_status,
        cast(null as integer) as deprivation_decile,
        patients.identity_name_birth,
        patients.identity_strong,
        'strong' as key_strength,
        patients.merged_into_id as merged_into_pseudonym,
        {{ row_problem([missing('client_id')]) }}
    from {{ source('raw_fhir_r4', 'patients') }} as patients
    left join {{ ref('fhir_codes') }} as genders on genders.field = 'gender' and patients.gender = genders.source_code
),

{{ settle_rows('judged', entity_body('clients'), ['client_pseudonym'], version='last_updated') }}

select {{ entity_select_list('clients') }}
from settled
