with source as (
    select
        referrals.clinic_id,
        referrals.file_sha256,
        referrals.source_line,
        referrals.delivered_order,
        {{ nhs_submission() }} as submission,
        referrals.pathwayid,
        referrals.person_id,
        referrals.referralrequestreceiveddate,
        referrals.servdischdate,
        referrals.endcode,
        codes.meaning as known_ending,
        {{ parse_date('referrals.referralrequestreceiveddate', 'dmy') }} as referred_on,
        {{ parse_date('referrals.servdischdate', 'dmy') }} as ended_on
    from {{ source('raw_nhs_iapt', 'referrals') }} as referrals
    left join {{ ref('nhs_codes') }} as codes on codes.column_name = 'EndCode' and referrals.endcode = codes.code
),

judged as (
    select
        clinic_id,
        'nhs_iapt' as source_system,
        'referrals' as raw_table,
        file_sha256,
        source_line,
        delivered_order,
        submission,
        pathwayid as episode_pseudonym,
        person_id as client_pseudonym,
        cast(null as string) as practitioner_pseudonym,
        referred_on,
        cast(null as string) as consultation_outcome,
        cast(null as date) as consultation_decided_on,
        cast(null as string) as problem,
        cast(null as string) as therapy,
        ended_on,
        -- a discharge without a code, or with one that has no meaning here, is an ending of unknown kind
        case when ended_on is not null then coalesce(known_ending, 'unknown') end as ending,
        endcode as ending_source_code,
        cast(null as string) as redirected_to,
        cast(null as date) as redirect_arrived_on,
        cast(null as boolean) as has_closing_notice,
        'explicit' as episode_source,
        {{ row_problem([
            missing('PathwayID'),
            missing('Person_ID'),
            missing('ReferralRequestReceivedDate'),
            not_a_date('ReferralRequestReceivedDate', 'referred_on'),
            not_a_date('ServDischDate', 'ended_on'),
            ('ServDischDate', 'ended_on < referred_on', 'ended before it was referred'),
        ]) }}
    from source
),

{{ settle_rows('judged', entity_body('episodes'), ['episode_pseudonym'], version='submission') }},

-- The descriptor that NHS England takes: the highest significance, then the newest.
ranked_complaints as (
    select
        clinic_id,
        episode_pseudonym,
        problem,
        row_number() over (
            partition by clinic_id, episode_pseudonym order by coalesce(significance, '~'), recorded_on desc nulls last, problem
        ) as place
    from {{ ref('stg_nhs_iapt__presenting_complaints') }}
    where row_state = 'current'
),

activity_counts as (
    select
        clinic_id,
        episode_pseudonym,
        practitioner_pseudonym,
        count(*) as activities,
        -- one session of high intensity makes it a high-intensity therapy
        min(therapy) as therapy
    from {{ ref('stg_nhs_iapt__care_activities') }}
    where row_state = 'current'
    group by clinic_id, episode_pseudonym, practitioner_pseudonym
),

treatments as (
    select
        clinic_id,
        episode_pseudonym,
        max_by(practitioner_pseudonym, (activities, practitioner_pseudonym)) filter (where practitioner_pseudonym is not null) as practitioner_pseudonym,
        min(therapy) as therapy
    from activity_counts
    group by clinic_id, episode_pseudonym
)

select
    settled.clinic_id,
    settled.source_system,
    settled.raw_table,
    settled.file_sha256,
    settled.source_line,
    settled.episode_pseudonym,
    settled.client_pseudonym,
    treatments.practitioner_pseudonym,
    settled.referred_on,
    settled.consultation_outcome,
    settled.consultation_decided_on,
    ranked_complaints.problem,
    treatments.therapy,
    settled.ended_on,
    settled.ending,
    settled.ending_source_code,
    settled.redirected_to,
    settled.redirect_arrived_on,
    settled.has_closing_notice,
    settled.episode_source,
    settled.row_state,
    settled.row_reason,
    settled.row_column
from settled
left join ranked_complaints
    on settled.clinic_id = ranked_complaints.clinic_id
    and settled.episode_pseudonym = ranked_complaints.episode_pseudonym
    and ranked_complaints.place = 1
left join treatments
    on settled.clinic_id = treatments.clinic_id
    and settled.episode_pseudonym = treatments.episode_pseudonym
