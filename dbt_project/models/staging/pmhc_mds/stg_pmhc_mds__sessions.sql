with practitioners as (
    select
        clinic_id,
        session_pseudonym,
        practitioner_pseudonym,
        row_number() over (partition by clinic_id, session_pseudonym order by case when is_primary then 1 else 2 end, practitioner_pseudonym) as place
    from {{ ref('stg_pmhc_mds__service_contact_practitioners') }}
    where row_state = 'current'
),

typed as (
    select
        contacts.*,
        {{ parse_date('contacts.service_contact_date', 'ddmmyyyy') }} as contact_on,
        clinics.time_zone,
        practitioners.practitioner_pseudonym,
        kinds.value as kind,
        media.value as medium,
        parties.value as participants,
        shows.value as presence
    from {{ source('raw_pmhc_mds', 'service_contacts') }} as contacts
    inner join {{ source('inputs', 'clinics') }} as clinics on contacts.clinic_id = clinics.clinic_id
    left join practitioners
        on contacts.clinic_id = practitioners.clinic_id
        and contacts.service_contact_key = practitioners.session_pseudonym
        and practitioners.place = 1
    left join {{ ref('pmhc_codes') }} as kinds on kinds.field = 'service_contact_type' and contacts.service_contact_type = kinds.source_code
    left join {{ ref('pmhc_codes') }} as media on media.field = 'service_contact_modality' and contacts.service_contact_modality = media.source_code
    left join {{ ref('pmhc_codes') }} as parties
        on parties.field = 'service_contact_participants' and contacts.service_contact_participants = parties.source_code
    left join {{ ref('pmhc_codes') }} as shows on shows.field = 'service_contact_no_show' and contacts.service_contact_no_show = shows.source_code
    where coalesce(contacts.{{ adapter.quote('delete') }}, '') <> 'delete'
),

timed as (
    select
        *,
        {{ parse_time("concat_ws(' ', cast(contact_on as string), service_contact_start_time)") }} as starts_local
    from typed
),

judged as (
    select
        clinic_id,
        'pmhc_mds' as source_system,
        'service_contacts' as raw_table,
        file_sha256,
        source_line,
        delivered_order,
        service_contact_key as session_pseudonym,
        episode_key as episode_pseudonym,
        cast(null as string) as client_pseudonym,
        practitioner_pseudonym,
        {{ utc_from_local('starts_local', 'time_zone') }} as starts_at,
        starts_local as starts_at_local,
        kind,
        -- no contact took place, and yet the client is not said to have stayed away: cancelled by somebody
        case
            when presence = 'attended' and (service_contact_type = '0' or service_contact_modality = '0') then 'unknown'
            else coalesce(presence, 'not_recorded')
        end as attendance,
        'explicit' as attendance_evidence,
        cast(null as timestamp) as cancelled_at,
        medium,
        participants,
        case
            when service_contact_participation_indicator = '2' and coalesce(presence, 'attended') = 'attended'
                then 'a contact about the client, not with the client'
        end as left_out_reason,
        {{ row_problem([
            missing('service_contact_key'),
            not_a_deletion_mark(),
            missing('episode_key'),
            missing('service_contact_date'),
            not_a_date('service_contact_date', 'contact_on'),
            not_a_time('service_contact_start_time', 'starts_local'),
        ]) }}
    from timed
),

deletions as (
    {{ requested_deletions('raw_pmhc_mds', {'service_contacts': 'service_contact_key'}) }}
),

{{ settle_rows('judged', entity_body('sessions') + ['left_out_reason'], ['session_pseudonym'], 'deletions') }}

{{ without_left_out('sessions') }}
union all
{{ deletion_request_rows('pmhc_mds', ['service_contacts'], entity_columns('sessions')) }}
