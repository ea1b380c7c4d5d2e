-- Some systems export no staff list: whoever an episode or a session names is a practitioner too, then of unknown role.
with named as (
    select
        practitioner_pseudonym as practitioner_key,
        clinic_id,
        source_system,
        role
    from {{ ref('int_practitioners_unioned') }}
    where row_state = 'current'
    union all
    select
        practitioner_key,
        clinic_id,
        source_system,
        null as role
    from {{ ref('int_episodes_known') }}
    where practitioner_key is not null
    union all
    select
        practitioner_key,
        clinic_id,
        source_system,
        null as role
    from {{ ref('sessions') }}
    where practitioner_key is not null
)

select
    practitioner_key,
    clinic_id,
    source_system,
    max(role) as role
from named
group by practitioner_key, clinic_id, source_system
