with deaths as (
    select
        clinic_id,
        client_id,
        min(deceased_at) as deceased_at
    from {{ source('raw_fhir_r4', 'patients') }}
    group by clinic_id, client_id
),

typed as (
    select
        episodes.clinic_id,
        episodes.file_sha256,
        episodes.source_line,
        episodes.delivered_order,
        episodes.last_updated,
        episodes.episode_id,
        episodes.status,
        episodes.client_id,
        episodes.referred_on,
        episodes.ended_on,
        coalesce(practitioners.practitioner_pseudonym, episodes.practitioner_id) as practitioner_pseudonym,
        episodes.status in ('finished', 'cancelled') as is_over,
        cast({{ local_from_utc(utc_from_text('episodes.referred_on', 'clinics.time_zone'), 'clinics.time_zone') }} as date) as referred_date,
        cast({{ local_from_utc(utc_from_text('episodes.ended_on', 'clinics.time_zone'), 'clinics.time_zone') }} as date) as ended_date,
        cast({{ local_from_utc(utc_from_text('deaths.deceased_at', 'clinics.time_zone'), 'clinics.time_zone') }} as date) as deceased_on
    from {{ source('raw_fhir_r4', 'episodes') }} as episodes
    inner join {{ source('inputs', 'clinics') }} as clinics on episodes.clinic_id = clinics.clinic_id
    left join deaths on episodes.clinic_id = deaths.clinic_id and episodes.client_id = deaths.client_id
    left join {{ ref('base_fhir_r4__practitioner_references') }} as practitioners
        on episodes.clinic_id = practitioners.clinic_id and episodes.practitioner_id = practitioners.reference
),

judged as (
    select
        clinic_id,
        'fhir_r4' as source_system,
        'episodes' as raw_table,
        file_sha256,
        source_line,
        delivered_order,
        last_updated,
        episode_id as episode_pseudonym,
        client_id as client_pseudonym,
        practitioner_pseudonym,
        referred_date as referred_on,
        cast(null as string) as consultation_outcome,
        cast(null as date) as consultation_decided_on,
        cast(null as string) as problem,
        cast(null as string) as therapy,
        case when is_over then ended_date end as ended_on,
        -- EpisodeOfCare has no place for a reason in R4; only a death is told, by the Patient
        case
            when is_over and deceased_on <= ended_date then 'deceased'
            when is_over then 'unknown'
        end as ending,
        status as ending_source_code,
        cast(null as string) as redirected_to,
        cast(null as date) as redirect_arrived_on,
        cast(null as boolean) as has_closing_notice,
        'explicit' as episode_source,
        case when status = 'entered-in-error' then 'entered in error' end as left_out_reason,
        {{ row_problem([
            missing('episode_id'),
            missing('status'),
            missing('client_id'),
            missing('referred_on'),
            not_a_date('referred_on', 'referred_date'),
            not_a_date('ended_on', 'ended_date'),
            ('ended_on', 'is_over and ended_on is null', 'over, but without the date of its end'),
        ]) }}
    from typed
),

{{ settle_rows('judged', entity_body('episodes') + ['left_out_reason'], ['episode_pseudonym'], version='last_updated') }}

{{ without_left_out('episodes') }}
