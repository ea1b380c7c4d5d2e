{{ config(materialized='table') }}

with typed as (
    select
        encounters.clinic_id,
        encounters.file_sha256,
        encounters.source_line,
        encounters.delivered_order,
        encounters.last_updated,
        encounters.encounter_id,
        encounters.client_id,
        encounters.status,
        encounters.starts_at,
        encounters.episode_id,
        encounters.appointment_id,
        coalesce(practitioners.practitioner_pseudonym, encounters.practitioner_id) as practitioner_pseudonym,
        {{ utc_from_text('encounters.starts_at', 'clinics.time_zone') }} as starts_utc,
        clinics.time_zone,
        types.kind,
        statuses.value as attendance,
        classes.value as medium
    from {{ source('raw_fhir_r4', 'encounters') }} as encounters
    inner join {{ source('inputs', 'clinics') }} as clinics on encounters.clinic_id = clinics.clinic_id
    left join {{ ref('base_fhir_r4__practitioner_references') }} as practitioners
        on encounters.clinic_id = practitioners.clinic_id and encounters.practitioner_id = practitioners.reference
    left join {{ ref('base_fhir_r4__service_types') }} as types on coalesce(encounters.service_type, 'none') = coalesce(types.service_type, 'none')
    left join {{ ref('fhir_codes') }} as statuses on statuses.field = 'encounter_status' and encounters.status = statuses.source_code
    left join {{ ref('fhir_codes') }} as classes on classes.field = 'encounter_class' and encounters.class = classes.source_code
),

judged as (
    select
        clinic_id,
        'fhir_r4' as source_system,
        'encounters' as raw_table,
        file_sha256,
        source_line,
        delivered_order,
        last_updated,
        encounter_id,
        client_id,
        -- an Appointment may have the same id
        {{ derived_key(["'Encounter'", 'encounter_id']) }} as session_pseudonym,
        practitioner_pseudonym,
        episode_id,
        appointment_id,
        starts_utc,
        {{ local_from_utc('starts_utc', 'time_zone') }} as starts_local,
        kind,
        coalesce(attendance, 'unknown') as attendance,
        medium,
        case when status = 'entered-in-error' then 'entered in error' end as left_out_reason,
        {{ row_problem([
            missing('encounter_id'),
            missing('client_id'),
            missing('status'),
            ('starts_at', "starts_at is null and status <> 'entered-in-error'", 'a required value is missing'),
            not_a_time('starts_at', 'starts_utc'),
        ]) }}
    from typed
),

{%- set columns = [
    'clinic_id', 'source_system', 'raw_table', 'file_sha256', 'source_line', 'encounter_id', 'client_id', 'session_pseudonym',
    'practitioner_pseudonym', 'episode_id', 'appointment_id', 'starts_utc', 'starts_local', 'kind', 'attendance', 'medium', 'left_out_reason',
] %}

{{ settle_rows('judged', columns, ['encounter_id'], version='last_updated') }}

select
    {{ columns | join(',\n    ') }},
    row_state,
    row_reason,
    row_column
from settled
