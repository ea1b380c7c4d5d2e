with typed as (
    select
        episodes.*,
        {{ parse_date('episodes.referral_date', 'ddmmyyyy') }} as referred_on,
        {{ parse_date('episodes.episode_end_date', 'ddmmyyyy') }} as ended_on,
        coalesce(episodes.episode_completion_status, '0') <> '0' as is_closed,
        endings.value as known_ending,
        focuses.value as therapy,
        diagnoses.value as problem
    from {{ source('raw_pmhc_mds', 'episodes') }} as episodes
    left join {{ ref('pmhc_codes') }} as endings
        on endings.field = 'episode_completion_status' and episodes.episode_completion_status = endings.source_code
    left join {{ ref('pmhc_codes') }} as focuses on focuses.field = 'principal_focus' and episodes.principal_focus = focuses.source_code
    left join {{ ref('pmhc_codes') }} as diagnoses on diagnoses.field = 'principal_diagnosis' and episodes.principal_diagnosis = diagnoses.source_code
    where coalesce(episodes.{{ adapter.quote('delete') }}, '') <> 'delete'
),

judged as (
    select
        clinic_id,
        'pmhc_mds' as source_system,
        'episodes' as raw_table,
        file_sha256,
        source_line,
        delivered_order,
        episode_key as episode_pseudonym,
        client_key as client_pseudonym,
        cast(null as string) as practitioner_pseudonym,
        referred_on,
        cast(null as string) as consultation_outcome,
        cast(null as date) as consultation_decided_on,
        problem,
        therapy,
        ended_on,
        case when ended_on is not null then coalesce(known_ending, 'unknown') end as ending,
        episode_completion_status as ending_source_code,
        cast(null as string) as redirected_to,
        cast(null as date) as redirect_arrived_on,
        cast(null as boolean) as has_closing_notice,
        'explicit' as episode_source,
        {{ row_problem([
            missing('episode_key'),
            not_a_deletion_mark(),
            missing('client_key'),
            missing('referral_date'),
            not_a_date('referral_date', 'referred_on'),
            not_a_date('episode_end_date', 'ended_on'),
            ('episode_end_date', 'is_closed and episode_end_date is null', 'over, but without the date of its end'),
        ]) }}
    from typed
),

deletions as (
    {{ requested_deletions('raw_pmhc_mds', {'episodes': 'episode_key'}) }}
),

{{ settle_rows('judged', entity_body('episodes'), ['episode_pseudonym'], 'deletions') }}

select {{ entity_select_list('episodes') }}
from settled
union all
{{ deletion_request_rows('pmhc_mds', ['episodes'], entity_columns('episodes')) }}
