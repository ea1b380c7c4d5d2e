-- Servers refer to a practitioner by id, or by an identifier such as the national one; both must lead to the same person.
with named as (
    select clinic_id, practitioner_id as reference, practitioner_id, 1 as preference
    from {{ source('raw_fhir_r4', 'practitioners') }}
    union all
    select clinic_id, identifier as reference, practitioner_id, 2 as preference
    from {{ source('raw_fhir_r4', 'practitioners') }}
    where identifier is not null
),

ranked as (
    select
        clinic_id,
        reference,
        practitioner_id,
        row_number() over (partition by clinic_id, reference order by preference, practitioner_id) as place
    from named
)

select
    clinic_id,
    reference,
    practitioner_id as practitioner_pseudonym
from ranked
where place = 1
