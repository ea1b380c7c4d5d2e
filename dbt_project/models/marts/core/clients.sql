-- Where records of one person disagree, the first record that holds the fact at all is taken, in the order of their pseudonyms.
select
    client_key,
    clinic_id,
    {{ distinct_texts('source_system') }} as source_systems,
    min_by(birth_year, client_pseudonym) filter (where birth_year is not null) as birth_year,
    min_by(gender, client_pseudonym) filter (where gender is not null) as gender,
    min_by(ethnicity, client_pseudonym) filter (where ethnicity is not null) as ethnicity,
    min_by(employment_status, client_pseudonym) filter (where employment_status is not null) as employment_status,
    min_by(deprivation_decile, client_pseudonym) filter (where deprivation_decile is not null) as deprivation_decile,
    case
        when count(*) = 1 then 'none'
        when count(distinct strong_key) = 1 then 'strong'
        else 'name_and_birth'
    end as link_method,
    count(*) as linked_records,
    {{ distinct_texts('client_pseudonym') }} as record_pseudonyms
from {{ ref('int_clients_linked') }}
group by client_key, clinic_id
