-- Cliniko says that a case is closed, not when and how: it ends with its last appointment, or, without one, when the case was last changed. The date
-- until which an insurer pays is not an ending.
with last_sessions as (
    select
        clinic_id,
        episode_pseudonym,
        max(cast(starts_at_local as date)) as last_on
    from {{ ref('stg_cliniko__sessions') }}
    where row_state = 'current' and episode_pseudonym is not null and attendance not in ('scheduled')
    group by clinic_id, episode_pseudonym
),

settled as (
    select
        cases.clinic_id,
        cases.source_system,
        cases.raw_table,
        cases.file_sha256,
        cases.source_line,
        cases.case_id as episode_pseudonym,
        cases.patient_id as client_pseudonym,
        cast(null as string) as practitioner_pseudonym,
        cases.issued_date as referred_on,
        cast(null as string) as consultation_outcome,
        cast(null as date) as consultation_decided_on,
        cast(null as string) as problem,
        cast(null as string) as therapy,
        case when cases.is_closed then coalesce(last_sessions.last_on, cases.updated_on) end as ended_on,
        case when cases.is_closed then 'unknown' end as ending,
        case when cases.is_closed then 'closed' end as ending_source_code,
        cast(null as string) as redirected_to,
        cast(null as date) as redirect_arrived_on,
        cast(null as boolean) as has_closing_notice,
        'explicit' as episode_source,
        cases.left_out_reason,
        cases.row_state,
        cases.row_reason,
        cases.row_column
    from {{ ref('base_cliniko__cases') }} as cases
    left join last_sessions
        on cases.clinic_id = last_sessions.clinic_id
        and cases.case_id = last_sessions.episode_pseudonym
        and last_sessions.last_on >= cases.issued_date
)

{{ without_left_out('episodes') }}
