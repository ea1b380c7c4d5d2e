with run as (
    select as_of from {{ source('inputs', 'parameters') }}
),

treatments as (
    select
        episode_key,
        max(cast(starts_at_local as date)) as last_treatment_on
    from {{ ref('sessions') }}
    where is_treatment and is_attended
    group by episode_key
),

courses as (
    select
        episode_key,
        count(is_stalemate) > 0 as is_stalemate_evaluable,
        count(case when is_stalemate then 1 end) > 0 as is_stalemate,
        count(case when is_alarm then 1 end) > 0 as is_alarm
    from {{ ref('score_trajectories') }}
    group by episode_key
),

dated as (
    select
        episodes.episode_key,
        episodes.clinic_id,
        episodes.referred_on,
        episodes.attended_treatment_sessions,
        treatments.last_treatment_on,
        {{ days_between('treatments.last_treatment_on', 'run.as_of') }} as days_since_treatment,
        episodes.is_lapsed,
        case when courses.is_stalemate_evaluable then courses.is_stalemate end as is_stalemate,
        courses.is_alarm
    from {{ ref('episodes') }} as episodes
    cross join run
    left join treatments on episodes.episode_key = treatments.episode_key
    left join courses on episodes.episode_key = courses.episode_key
    where episodes.ended_on is null
)

select
    episode_key,
    clinic_id,
    referred_on,
    attended_treatment_sessions,
    last_treatment_on,
    cast(days_since_treatment as bigint) as days_since_treatment,
    case
        when last_treatment_on is null then 'not_started'
        when days_since_treatment < 61 then 'under_61_days'
        when days_since_treatment <= 90 then '61_to_90_days'
        when days_since_treatment <= 120 then '91_to_120_days'
        else 'over_120_days'
    end as contact_band,
    is_lapsed,
    is_stalemate,
    is_alarm
from dated
