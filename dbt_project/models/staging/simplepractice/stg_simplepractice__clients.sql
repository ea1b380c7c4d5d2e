with judged as (
    select
        client_details.clinic_id,
        'simplepractice' as source_system,
        'client_details' as raw_table,
        client_details.file_sha256,
        client_details.source_line,
        client_details.delivered_order,
        client_details.client as client_pseudonym,
        case when client_details.birth_date_year <> 'invalid' then cast(client_details.birth_date_year as integer) end as birth_year,
        cast(null as string) as gender,
        cast(null as string) as ethnicity,
        cast(null as string) as employment_status,
        cast(null as integer) as deprivation_decile,
        client_details.identity_name_birth,
        cast(null as string) as identity_strong,
        'weak' as key_strength,
        cast(null as string) as merged_into_pseudonym,
        {{ row_problem([
            ('client', 'client_details.client is null', 'a required value is missing'),
            ('client', 'names.is_ambiguous', 'several clients have this name, and nothing in the export tells their appointments apart'),
        ]) }}
    from {{ source('raw_simplepractice', 'client_details') }} as client_details
    left join {{ ref('stg_simplepractice__names') }} as names
        on client_details.clinic_id = names.clinic_id and client_details.client = names.client_pseudonym
),

{{ settle_rows('judged', entity_body('clients'), ['client_pseudonym']) }},

found as (
    {{ discovered_rows(ref('stg_simplepractice__sessions'), 'clients', 'client_pseudonym', {'key_strength': "'weak'"}) }}
)

select {{ entity_select_list('clients') }}
from settled

union all

select {{ entity_select_list('clients') }}
from found
where not exists (
    select 1
    from {{ ref('stg_simplepractice__names') }} as names
    where names.clinic_id = found.clinic_id and names.client_pseudonym = found.client_pseudonym
)
