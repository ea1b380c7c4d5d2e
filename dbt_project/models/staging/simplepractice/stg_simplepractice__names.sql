with source as (
    select
        client_details.clinic_id,
        client_details.client,
        codes.meaning as client_participants,
        concat_ws(
            '|', coalesce(client_details.email, '~'), coalesce(client_details.phone_number, '~'), coalesce(client_details.date_added, '~'),
            coalesce(client_details.birth_date_year, '~'), coalesce(client_details.client_type, '~')
        ) as person
    from {{ source('raw_simplepractice', 'client_details') }} as client_details
    left join {{ ref('simplepractice_codes') }} as codes
        on codes.column_name = 'client_type' and lower(client_details.client_type) = codes.code
    where client_details.client is not null
)

select
    clinic_id,
    client as client_pseudonym,
    count(distinct person) > 1 as is_ambiguous,
    max(client_participants) as participants
from source
group by clinic_id, client
