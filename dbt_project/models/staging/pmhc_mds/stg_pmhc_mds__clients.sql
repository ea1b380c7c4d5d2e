-- The labour force status stands in the episodes; the one of the client's newest episode holds.
with employment as (
    select
        clinic_id,
        client_key,
        labour_force_status,
        row_number() over (
            partition by clinic_id, client_key order by delivered_order desc, {{ parse_date('referral_date', 'ddmmyyyy') }} desc, episode_key
        ) as place
    from {{ source('raw_pmhc_mds', 'episodes') }}
    where labour_force_status is not null
),

typed as (
    select
        clients.*,
        genders.value as gender,
        origins.value as ethnicity,
        statuses.value as employment_status
    from {{ source('raw_pmhc_mds', 'clients') }} as clients
    left join {{ ref('pmhc_codes') }} as genders on genders.field = 'client_gender' and clients.client_gender = genders.source_code
    left join {{ ref('pmhc_codes') }} as origins on origins.field = 'client_atsi_status' and clients.client_atsi_status = origins.source_code
    left join employment
        on clients.clinic_id = employment.clinic_id and clients.client_key = employment.client_key and employment.place = 1
    left join {{ ref('pmhc_codes') }} as statuses
        on statuses.field = 'labour_force_status' and employment.labour_force_status = statuses.source_code
    where coalesce(clients.{{ adapter.quote('delete') }}, '') <> 'delete'
),

judged as (
    select
        clinic_id,
        'pmhc_mds' as source_system,
        'clients' as raw_table,
        file_sha256,
        source_line,
        delivered_order,
        client_key as client_pseudonym,
        case when date_of_birth_year <> 'invalid' then cast(date_of_birth_year as integer) end as birth_year,
        gender,
        ethnicity,
        employment_status,
        cast(null as integer) as deprivation_decile,
        identity_name_birth,
        cast(null as string) as identity_strong,
        'strong' as key_strength,
        cast(null as string) as merged_into_pseudonym,
        {{ row_problem([
            missing('client_key'),
            not_a_deletion_mark(),
        ]) }}
    from typed
),

deletions as (
    {{ requested_deletions('raw_pmhc_mds', {'clients': 'client_key'}) }}
),

{{ settle_rows('judged', entity_body('clients'), ['client_pseudonym'], 'deletions') }}

select {{ entity_select_list('clients') }}
from settled
union all
{{ deletion_request_rows('pmhc_mds', ['clients'], entity_columns('clients')) }}
