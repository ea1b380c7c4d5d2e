with source as (
    select
        clinic_id,
        file_sha256,
        source_line,
        delivered_order,
        episode_id,
        client_id,
        practitioner_id,
        referred_on,
        lower(consultation_outcome) as consultation_outcome,
        consultation_decided_on,
        lower(problem) as problem,
        lower(therapy) as therapy,
        ended_on,
        lower(ending) as ending,
        redirected_to,
        redirect_arrived_on,
        lower(closing_notice) as closing_notice
    from {{ source('raw_canonical', 'episodes') }}
),

typed as (
    select
        source.*,
        {{ parse_date('source.referred_on') }} as referred_date,
        {{ parse_date('source.consultation_decided_on') }} as consultation_decided_date,
        {{ parse_date('source.ended_on') }} as ended_date,
        {{ parse_date('source.redirect_arrived_on') }} as redirect_arrived_date,
        endings.ending as known_ending
    from source
    left join {{ ref('endings') }} as endings on source.ending = endings.ending
),

judged as (
    select
        clinic_id,
        'canonical' as source_system,
        'episodes' as raw_table,
        file_sha256,
        source_line,
        delivered_order,
        episode_id as episode_pseudonym,
        client_id as client_pseudonym,
        practitioner_id as practitioner_pseudonym,
        referred_date as referred_on,
        consultation_outcome,
        consultation_decided_date as consultation_decided_on,
        problem,
        therapy,
        ended_date as ended_on,
        -- a code without a meaning stays visible as source code and counts as unknown, never as planned
        coalesce(known_ending, case when ended_date is not null then 'unknown' end) as ending,
        ending as ending_source_code,
        redirected_to,
        redirect_arrived_date as redirect_arrived_on,
        closing_notice = 'yes' as has_closing_notice,
        'explicit' as episode_source,
        {{ row_problem([
            missing('episode_id'),
            missing('client_id'),
            missing('referred_on'),
            not_a_date('referred_on', 'referred_date'),
            not_a_date('consultation_decided_on', 'consultation_decided_date'),
            not_a_date('ended_on', 'ended_date'),
            not_a_date('redirect_arrived_on', 'redirect_arrived_date'),
            not_a_code('consultation_outcome', 'consultation_outcome'),
            not_a_code('closing_notice', 'flag'),
            ('ended_on', 'ended_date < referred_date', 'ended before it was referred'),
        ]) }}
    from typed
),

deletions as (
    {{ canonical_deletions() }}
),

{{ settle_rows('judged', entity_body('episodes'), ['episode_pseudonym'], 'deletions') }}

select {{ entity_select_list('episodes') }}
from settled
