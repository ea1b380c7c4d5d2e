{{ config(severity='warn') }}
-- A misspelt record in network.yaml would otherwise leave a wrong link in place, silently. Only a warning: the record may have been deleted since.
select
    unlinked.clinic_id,
    unlinked.client_pseudonym
from {{ source('inputs', 'unlinked_records') }} as unlinked
left join {{ ref('int_clients_linked') }} as clients
    on unlinked.clinic_id = clients.clinic_id and unlinked.client_pseudonym = clients.client_pseudonym
where clients.client_pseudonym is null
