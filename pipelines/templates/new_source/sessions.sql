with source as (
    select
        sessions.clinic_id,
        sessions.file_sha256,
        sessions.source_line,
        sessions.delivered_order,
        sessions.$session_id,
        sessions.$client_id,
        sessions.$starts_at,
        {{ parse_time('sessions.$starts_at', '$dates') }} as starts_local,
        $attendance as attendance_word,
        clinics.time_zone,
        parameters.as_of
    from {{ source('raw_$system', 'sessions') }} as sessions
    inner join {{ source('inputs', 'clinics') }} as clinics on sessions.clinic_id = clinics.clinic_id
    cross join {{ source('inputs', 'parameters') }} as parameters
),

-- A word without a meaning stays unknown: give each its meaning here, as a code of the vocabulary, once somebody who uses the system has said it.
judged as (
    select
        clinic_id,
        '$system' as source_system,
        'sessions' as raw_table,
        file_sha256,
        source_line,
        delivered_order,
        $session_id as session_pseudonym,
        cast(null as string) as episode_pseudonym,
        $client_id as client_pseudonym,
        cast(null as string) as practitioner_pseudonym,
        {{ utc_from_local('starts_local', 'time_zone') }} as starts_at,
        starts_local as starts_at_local,
        'treatment' as kind,
        case
            when attendance_word is not null then 'unknown'
            when cast(starts_local as date) > as_of then 'scheduled'
            else 'not_recorded'
        end as attendance,
        case when attendance_word is not null then 'explicit' end as attendance_evidence,
        cast(null as timestamp) as cancelled_at,
        cast(null as string) as medium,
        cast(null as string) as participants,
        {{ row_problem([
            missing('$session_id'),
            missing('$client_id'),
            missing('$starts_at'),
            not_a_time('$starts_at', 'starts_local'),
        ]) }}
    from source
),

{{ settle_rows('judged', entity_body('sessions'), ['session_pseudonym']) }}

select {{ entity_select_list('sessions') }}
from settled
