{# A record that a system merged into another may itself have been merged on; three steps follow any chain that occurs. #}
{%- set merge_steps = 3 -%}

-- A record that network.yaml calls wrongly linked has neither identity nor merge that could link it.
with records as (
    select
        clients.clinic_id,
        clients.source_system,
        clients.client_pseudonym,
        clients.birth_year,
        clients.gender,
        clients.ethnicity,
        clients.employment_status,
        clients.deprivation_decile,
        case when unlinked.client_pseudonym is null then clients.identity_name_birth end as identity_name_birth,
        case when unlinked.client_pseudonym is null then clients.identity_strong end as identity_strong,
        case when unlinked.client_pseudonym is null then clients.merged_into_pseudonym end as merged_into_pseudonym
    from {{ ref('int_clients_unioned') }} as clients
    left join {{ source('inputs', 'unlinked_records') }} as unlinked
        on clients.clinic_id = unlinked.clinic_id and clients.client_pseudonym = unlinked.client_pseudonym
    where clients.row_state = 'current'
),

merged_0 as (
    select
        client_pseudonym,
        client_pseudonym as survivor_pseudonym
    from records
),

{% for step in range(1, merge_steps + 1) -%}
merged_{{ step }} as (
    select
        merged.client_pseudonym,
        coalesce(target.client_pseudonym, merged.survivor_pseudonym) as survivor_pseudonym
    from merged_{{ step - 1 }} as merged
    left join records as survivor on merged.survivor_pseudonym = survivor.client_pseudonym
    left join records as target
        on survivor.merged_into_pseudonym = target.client_pseudonym
        and survivor.clinic_id = target.clinic_id
),

{% endfor -%}
identified as (
    select
        records.clinic_id,
        records.source_system,
        records.client_pseudonym,
        records.identity_name_birth,
        coalesce(survivor.identity_strong, records.identity_strong) as identity_strong,
        merged.survivor_pseudonym
    from records
    inner join merged_{{ merge_steps }} as merged on records.client_pseudonym = merged.client_pseudonym
    inner join records as survivor on merged.survivor_pseudonym = survivor.client_pseudonym
),

strongly_linked as (
    select
        clinic_id,
        source_system,
        client_pseudonym,
        identity_name_birth,
        identity_strong,
        min(survivor_pseudonym) over (partition by clinic_id, coalesce(identity_strong, survivor_pseudonym)) as strong_key
    from identified
),

-- A name with a birth date links only where it can mean one person: one person a system, and no two different strong identities.
people_per_system as (
    select
        clinic_id,
        identity_name_birth,
        source_system,
        count(distinct strong_key) as people
    from strongly_linked
    where identity_name_birth is not null
    group by clinic_id, identity_name_birth, source_system
),

unambiguous_names as (
    select
        people_per_system.clinic_id,
        people_per_system.identity_name_birth
    from people_per_system
    inner join (
        select
            clinic_id,
            identity_name_birth,
            count(distinct identity_strong) as strong_identities
        from strongly_linked
        where identity_name_birth is not null
        group by clinic_id, identity_name_birth
    ) as identities
        on people_per_system.clinic_id = identities.clinic_id
        and people_per_system.identity_name_birth = identities.identity_name_birth
    where identities.strong_identities <= 1
    group by people_per_system.clinic_id, people_per_system.identity_name_birth
    having max(people_per_system.people) = 1
),

named as (
    select
        strongly_linked.clinic_id,
        strongly_linked.client_pseudonym,
        strongly_linked.strong_key,
        coalesce(unambiguous_names.identity_name_birth, strongly_linked.strong_key) as name_group
    from strongly_linked
    left join unambiguous_names
        on strongly_linked.clinic_id = unambiguous_names.clinic_id
        and strongly_linked.identity_name_birth = unambiguous_names.identity_name_birth
),

-- One strong identity may go by several names (marriage): the least key is passed on through its names and back.
by_name as (
    select
        clinic_id,
        client_pseudonym,
        strong_key,
        name_group,
        min(strong_key) over (partition by clinic_id, name_group) as name_key
    from named
),

by_strong_identity as (
    select
        clinic_id,
        client_pseudonym,
        strong_key,
        name_group,
        min(name_key) over (partition by clinic_id, strong_key) as shared_key
    from by_name
),

people as (
    select
        client_pseudonym,
        strong_key,
        min(shared_key) over (partition by clinic_id, name_group) as client_key
    from by_strong_identity
)

select
    records.clinic_id,
    records.source_system,
    records.client_pseudonym,
    people.client_key,
    people.strong_key,
    records.birth_year,
    records.gender,
    records.ethnicity,
    records.employment_status,
    records.deprivation_decile
from records
inner join people on records.client_pseudonym = people.client_pseudonym
