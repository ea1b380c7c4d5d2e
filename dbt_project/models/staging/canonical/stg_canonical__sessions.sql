with source as (
    select
        clinic_id,
        file_sha256,
        source_line,
        delivered_order,
        session_id,
        episode_id,
        practitioner_id,
        starts_at,
        lower(kind) as kind,
        lower(attendance) as attendance,
        cancelled_at,
        lower(medium) as medium
    from {{ source('raw_canonical', 'sessions') }}
),

typed as (
    select
        source.*,
        {{ utc_from_text('source.starts_at', 'clinics.time_zone') }} as starts_utc,
        {{ utc_from_text('source.cancelled_at', 'clinics.time_zone') }} as cancelled_utc,
        clinics.time_zone,
        attendance_codes.attendance as known_attendance
    from source
    inner join {{ source('inputs', 'clinics') }} as clinics on source.clinic_id = clinics.clinic_id
    left join {{ ref('attendance_codes') }} as attendance_codes on source.attendance = attendance_codes.attendance
),

judged as (
    select
        clinic_id,
        'canonical' as source_system,
        'sessions' as raw_table,
        file_sha256,
        source_line,
        delivered_order,
        session_id as session_pseudonym,
        episode_id as episode_pseudonym,
        cast(null as string) as client_pseudonym,
        practitioner_id as practitioner_pseudonym,
        starts_utc as starts_at,
        {{ local_from_utc('starts_utc', 'time_zone') }} as starts_at_local,
        kind,
        coalesce(known_attendance, 'unknown') as attendance,
        'explicit' as attendance_evidence,
        cancelled_utc as cancelled_at,
        medium,
        cast(null as string) as participants,
        {{ row_problem([
            missing('session_id'),
            missing('episode_id'),
            missing('starts_at'),
            not_a_time('starts_at', 'starts_utc'),
            not_a_time('cancelled_at', 'cancelled_utc'),
            missing('kind'),
            not_a_code('kind', 'kind'),
            missing('attendance'),
            not_a_code('medium', 'medium'),
        ]) }}
    from typed
),

deletions as (
    {{ canonical_deletions() }}
),

{{ settle_rows('judged', entity_body('sessions'), ['session_pseudonym'], 'deletions') }}

select {{ entity_select_list('sessions') }}
from settled
