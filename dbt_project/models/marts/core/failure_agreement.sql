with pairs as (
    select factor as computed_factor, agrees_with as coded_factor
    from {{ ref('factors') }}
    where evidence = 'computed' and agrees_with is not null
),

reviewed as (
    select distinct episode_key from {{ ref('int_reviewed_factors') }}
),

-- Only episodes that somebody reviewed and of which the data can tell.
judged as (
    select
        computed.clinic_id,
        pairs.computed_factor,
        pairs.coded_factor,
        computed.is_present as is_computed,
        coded.episode_key is not null as is_coded
    from {{ ref('int_computed_factors') }} as computed
    inner join pairs on computed.factor = pairs.computed_factor
    inner join reviewed on computed.episode_key = reviewed.episode_key
    left join {{ ref('int_reviewed_factors') }} as coded
        on computed.episode_key = coded.episode_key and pairs.coded_factor = coded.factor
    where computed.is_present is not null
),

counted as (
    select
        clinics.clinic_id,
        pairs.computed_factor,
        pairs.coded_factor,
        count(judged.clinic_id) as episodes,
        count(case when judged.is_computed and judged.is_coded then 1 end) as episodes_both,
        count(case when judged.is_computed and not judged.is_coded then 1 end) as episodes_computed_only,
        count(case when not judged.is_computed and judged.is_coded then 1 end) as episodes_coded_only,
        count(case when not judged.is_computed and not judged.is_coded then 1 end) as episodes_neither
    from {{ ref('clinics') }} as clinics
    cross join pairs
    left join judged on clinics.clinic_id = judged.clinic_id and pairs.computed_factor = judged.computed_factor
    group by clinics.clinic_id, pairs.computed_factor, pairs.coded_factor
),

agreements as (
    select
        clinic_id,
        computed_factor,
        coded_factor,
        episodes,
        episodes_both,
        episodes_computed_only,
        episodes_coded_only,
        episodes_neither,
        cast(episodes_both + episodes_neither as double) / nullif(episodes, 0) as observed_agreement_rate,
        cast(
            (episodes_both + episodes_computed_only) * (episodes_both + episodes_coded_only)
            + (episodes_neither + episodes_computed_only) * (episodes_neither + episodes_coded_only) as double
        ) / nullif(episodes * episodes, 0) as expected_agreement_rate
    from counted
)

select
    clinic_id,
    computed_factor,
    coded_factor,
    episodes,
    episodes_both,
    episodes_computed_only,
    episodes_coded_only,
    episodes_neither,
    observed_agreement_rate,
    expected_agreement_rate,
    round((observed_agreement_rate - expected_agreement_rate) / nullif(1 - expected_agreement_rate, 0), 6) as kappa
from agreements
