{%- set shifted = 'the values stand in the wrong columns: a text before them has a comma and no quotation marks' -%}

with source as (
    select
        appointments.clinic_id,
        appointments.file_sha256,
        appointments.source_line,
        appointments.delivered_order,
        appointments.id,
        appointments.patient_guid,
        appointments.staff_member_name,
        appointments.start_at,
        lower(translate(coalesce(appointments.treatment_name, ''), '/-(),:&', '       ')) as treatment,
        lower(translate(coalesce(appointments.location_name, ''), '/-(),:&', '       ')) as location,
        replace(replace(lower(appointments.state), ' ', '_'), '-', '_') as state,
        lower(appointments.{{ adapter.quote('break') }}) = 'true' as is_break,
        lower(appointments.first_visit) = 'true' as is_first_visit,
        appointments.booked_at,
        appointments.booked_online,
        appointments.arrived_at,
        appointments.archived_at,
        appointments.no_show_at,
        appointments.cancelled_at,
        appointments.cancelled_reason,
        clinics.time_zone,
        parameters.as_of
    from {{ source('raw_jane', 'appointments') }} as appointments
    inner join {{ source('inputs', 'clinics') }} as clinics on appointments.clinic_id = clinics.clinic_id
    cross join {{ source('inputs', 'parameters') }} as parameters
),

services as (
    select distinct treatment, location
    from source
),

read_services as (
    select
        services.treatment,
        services.location,
        min_by(codes.meaning, codes.rank) filter (where codes.column_name = 'participants') as participants,
        min_by(codes.meaning, codes.rank) filter (where codes.column_name = 'kind') as kind,
        min_by(codes.meaning, codes.rank) filter (where codes.column_name = 'medium') as medium
    from services
    inner join {{ ref('jane_codes') }} as codes
        on codes.column_name in ('participants', 'kind') and ' ' || services.treatment like '% ' || codes.code || '%'
        or codes.column_name = 'medium' and ' ' || services.treatment || ' ' || services.location like '% ' || codes.code || '%'
    group by services.treatment, services.location
),

typed as (
    select
        source.*,
        {{ parse_time('source.start_at') }} as starts_local,
        {{ parse_time('source.booked_at') }} as booked_local,
        {{ parse_time('source.arrived_at') }} as arrived_local,
        {{ parse_time('source.archived_at') }} as archived_local,
        {{ parse_time('source.no_show_at') }} as no_show_local,
        {{ parse_time('source.cancelled_at') }} as cancelled_local,
        states.meaning as state_meaning,
        reasons.meaning as cancellation,
        read_services.participants,
        read_services.kind as service_kind,
        read_services.medium
    from source
    left join read_services on source.treatment = read_services.treatment and source.location = read_services.location
    left join {{ ref('jane_codes') }} as states on states.column_name = 'state' and source.state = states.code
    left join {{ ref('jane_codes') }} as reasons on reasons.column_name = 'cancelled_reason' and source.cancelled_reason = reasons.code
),

-- What was marked last stands first: an archived visit was taken back, a missed or cancelled one did not take place even if it had been arrived.
marked as (
    select
        *,
        case
            when no_show_at is not null or state_meaning = 'did_not_attend' then 'did_not_attend'
            when cancelled_at is not null or state_meaning = 'cancelled_by_client' then coalesce(cancellation, 'cancelled_by_client')
            when state_meaning = 'rescheduled' then 'rescheduled'
            when arrived_at is not null or state_meaning = 'attended' then 'attended'
            when state is not null and state_meaning is null then 'unknown'
        end as mark,
        -- a day without its time does not tell
        cancelled_at like '%:%' and cancelled_local > starts_local - interval 24 hours and cancelled_local <= starts_local as is_cancelled_late,
        case
            when is_break then 'a break of the staff member, not a session'
            when archived_at is not null or state_meaning = 'archived' then 'archived in the practice system'
            when state_meaning = 'never_booked' then 'never booked'
        end as left_out_reason
    from typed
),

judged as (
    select
        clinic_id,
        'jane' as source_system,
        'appointments' as raw_table,
        file_sha256,
        source_line,
        delivered_order,
        id as session_pseudonym,
        cast(null as string) as episode_pseudonym,
        patient_guid as client_pseudonym,
        staff_member_name as practitioner_pseudonym,
        {{ utc_from_local('starts_local', 'time_zone') }} as starts_at,
        starts_local as starts_at_local,
        case when is_first_visit then 'assessment' else coalesce(service_kind, 'treatment') end as kind,
        -- nobody is taken to have come because nobody said otherwise
        case
            when mark = 'cancelled_by_client' and is_cancelled_late then 'cancelled_late_by_client'
            else coalesce(mark, case when cast(starts_local as date) > as_of then 'scheduled' else 'not_recorded' end)
        end as attendance,
        case when mark is not null then 'explicit' end as attendance_evidence,
        {{ utc_from_local('cancelled_local', 'time_zone') }} as cancelled_at,
        medium,
        participants,
        left_out_reason,
        {{ row_problem([
            ('booked_online', "booked_online = 'invalid'", shifted),
            ('booked_at', 'booked_at is not null and booked_local is null', shifted),
            missing('id'),
            ('patient_guid', 'patient_guid is null and not coalesce(is_break, false)', 'a required value is missing'),
            missing('start_at'),
            not_a_time('start_at', 'starts_local'),
            not_a_time('arrived_at', 'arrived_local'),
            not_a_time('archived_at', 'archived_local'),
            not_a_time('no_show_at', 'no_show_local'),
            not_a_time('cancelled_at', 'cancelled_local'),
        ]) }}
    from marked
),

{{ settle_rows('judged', entity_body('sessions') + ['left_out_reason'], ['session_pseudonym']) }}

{{ without_left_out('sessions') }}
