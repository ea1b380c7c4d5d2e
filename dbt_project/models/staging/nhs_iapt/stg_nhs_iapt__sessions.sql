with source as (
    select
        contacts.clinic_id,
        contacts.file_sha256,
        contacts.source_line,
        contacts.delivered_order,
        {{ nhs_submission() }} as submission,
        contacts.unique_carecontactid,
        contacts.pathwayid,
        contacts.carecontdate,
        -- databases write fractions of a second
        left(contacts.careconttime, 8) as careconttime,
        contacts.attendordnacode,
        upper(contacts.plannedcarecontindicator) = 'N' as is_unplanned,
        contacts.apptype,
        coalesce(contacts.consmechanism, contacts.consmediumused) as mechanism,
        contacts.carecontpatientthermode as therapy_mode,
        {{ parse_date('contacts.carecontdate', 'dmy') }} as contact_on
    from {{ source('raw_nhs_iapt', 'care_contacts') }} as contacts
),

typed as (
    select
        source.*,
        {{ parse_time("cast(source.contact_on as string) || ' ' || coalesce(source.careconttime, '00:00')") }} as starts_local,
        attendance.meaning as known_attendance,
        kinds.meaning as known_kind,
        mechanisms.meaning as medium,
        modes.meaning as participants,
        clinics.time_zone,
        parameters.as_of
    from source
    inner join {{ source('inputs', 'clinics') }} as clinics on source.clinic_id = clinics.clinic_id
    cross join {{ source('inputs', 'parameters') }} as parameters
    left join {{ ref('nhs_codes') }} as attendance on attendance.column_name = 'AttendOrDNACode' and source.attendordnacode = attendance.code
    left join {{ ref('nhs_codes') }} as kinds on kinds.column_name = 'AppType' and source.apptype = kinds.code
    left join {{ ref('nhs_codes') }} as mechanisms on mechanisms.column_name = 'ConsMechanism' and source.mechanism = mechanisms.code
    left join {{ ref('nhs_codes') }} as modes on modes.column_name = 'CareContPatientTherMode' and source.therapy_mode = modes.code
),

marked as (
    select
        *,
        case
            -- NHS England counts an unplanned contact as attended: it is only recorded because it took place
            when is_unplanned and coalesce(known_attendance, '') not in ('attended', 'attended_late') then 'attended'
            when attendordnacode is not null and known_attendance is null then 'unknown'
            when known_attendance <> 'scheduled' then known_attendance
            when contact_on > as_of then 'scheduled'
            else 'not_recorded'
        end as attendance
    from typed
),

practitioners as (
    select
        clinic_id,
        session_pseudonym,
        min(practitioner_pseudonym) as practitioner_pseudonym
    from {{ ref('stg_nhs_iapt__care_activities') }}
    where row_state = 'current'
    group by clinic_id, session_pseudonym
),

judged as (
    select
        marked.clinic_id,
        'nhs_iapt' as source_system,
        'care_contacts' as raw_table,
        marked.file_sha256,
        marked.source_line,
        marked.delivered_order,
        marked.submission,
        marked.unique_carecontactid as session_pseudonym,
        marked.pathwayid as episode_pseudonym,
        cast(null as string) as client_pseudonym,
        practitioners.practitioner_pseudonym,
        {{ utc_from_local('marked.starts_local', 'marked.time_zone') }} as starts_at,
        marked.starts_local as starts_at_local,
        marked.known_kind as kind,
        marked.attendance,
        case when marked.attendance not in ('scheduled', 'not_recorded') then 'explicit' end as attendance_evidence,
        cast(null as timestamp) as cancelled_at,
        marked.medium,
        marked.participants,
        case when marked.known_kind = 'employment_support' then 'employment support, not a session of therapy' end as left_out_reason,
        {{ row_problem([
            missing('Unique_CareContactID'),
            missing('PathwayID'),
            missing('CareContDate'),
            not_a_date('CareContDate', 'contact_on'),
            not_a_time('CareContTime', 'starts_local'),
            ('AppType', 'apptype is not null and known_kind is null', 'not a code of the NHS Data Dictionary'),
        ]) }}
    from marked
    left join practitioners
        on marked.clinic_id = practitioners.clinic_id
        and marked.unique_carecontactid = practitioners.session_pseudonym
),

{{ settle_rows('judged', entity_body('sessions') + ['left_out_reason'], ['session_pseudonym'], version='submission') }}

{{ without_left_out('sessions') }}
