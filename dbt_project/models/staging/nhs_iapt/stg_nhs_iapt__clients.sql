with judged as (
    select
        patients.clinic_id,
        'nhs_iapt' as source_system,
        'patients' as raw_table,
        patients.file_sha256,
        patients.source_line,
        patients.delivered_order,
        {{ nhs_submission() }} as submission,
        patients.person_id as client_pseudonym,
        case when patients.personbirthdate_year <> 'invalid' then cast(patients.personbirthdate_year as integer) end as birth_year,
        genders.meaning as gender,
        ethnic_groups.meaning as ethnicity,
        cast(null as string) as employment_status,
        cast(null as integer) as deprivation_decile,
        cast(null as string) as identity_name_birth,
        patients.identity_strong,
        'strong' as key_strength,
        cast(null as string) as merged_into_pseudonym,
        {{ row_problem([missing('Person_ID')]) }}
    from {{ source('raw_nhs_iapt', 'patients') }} as patients
    left join {{ ref('nhs_codes') }} as genders on genders.column_name = 'Gender' and patients.gender = genders.code
    left join {{ ref('nhs_codes') }} as ethnic_groups
        on ethnic_groups.column_name = 'EthnicCategory' and upper(patients.ethniccategory) = ethnic_groups.code
),

{{ settle_rows('judged', entity_body('clients'), ['client_pseudonym'], version='submission') }},

-- The first status counts: therapy can change the later ones.
employment as (
    select
        clinic_id,
        client_pseudonym,
        min_by(employment_status, (recorded_on, employment_status)) as employment_status
    from {{ ref('stg_nhs_iapt__employment') }}
    where row_state = 'current' and employment_status is not null and recorded_on is not null
    group by clinic_id, client_pseudonym
)

select
    settled.clinic_id,
    settled.source_system,
    settled.raw_table,
    settled.file_sha256,
    settled.source_line,
    settled.client_pseudonym,
    settled.birth_year,
    settled.gender,
    settled.ethnicity,
    employment.employment_status,
    settled.deprivation_decile,
    settled.identity_name_birth,
    settled.identity_strong,
    settled.key_strength,
    settled.merged_into_pseudonym,
    settled.row_state,
    settled.row_reason,
    settled.row_column
from settled
left join employment
    on settled.clinic_id = employment.clinic_id
    and settled.client_pseudonym = employment.client_pseudonym
