with source as (
    select
        clinic_id,
        file_sha256,
        source_line,
        delivered_order,
        client_id,
        birth_date_year as birth_date,
        lower(gender) as gender,
        lower(ethnicity) as ethnicity,
        lower(employment_status) as employment_status,
        deprivation_decile,
        identity_name_birth
    from {{ source('raw_canonical', 'clients') }}
),

typed as (
    select
        *,
        -- a person's therapies count also where an attribute cannot be read; ops.column_profiles counts such values
        case when birth_date <> 'invalid' then cast(birth_date as integer) end as birth_year,
        {{ parse_number('deprivation_decile') }} as decile
    from source
),

judged as (
    select
        clinic_id,
        'canonical' as source_system,
        'clients' as raw_table,
        file_sha256,
        source_line,
        delivered_order,
        client_id as client_pseudonym,
        birth_year,
        gender,
        ethnicity,
        employment_status,
        case when decile between 1 and 10 then cast(decile as integer) end as deprivation_decile,
        identity_name_birth,
        cast(null as string) as identity_strong,
        'strong' as key_strength,
        cast(null as string) as merged_into_pseudonym,
        {{ row_problem([
            missing('client_id'),
        ]) }}
    from typed
),

deletions as (
    {{ canonical_deletions() }}
),

{{ settle_rows('judged', entity_body('clients'), ['client_pseudonym'], 'deletions') }}

select {{ entity_select_list('clients') }}
from settled
