{{ config(severity='warn') }}
-- A system that was changed or set up anew numbers its records anew, and everybody looks like a new client.
select
    clinic_id,
    source_system,
    delivery,
    table_name,
    known_share
from {{ ref('column_profiles') }}
where known_share < 0.8
