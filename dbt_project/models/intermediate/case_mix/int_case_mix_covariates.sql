-- Only what was known before treatment: sessions, ending and completion are doings of the clinic and must not be adjusted away.
-- An ICD-10 code of a problem counts by its category (F41.1 by F41), any other text as it stands.
with problems as (
    select
        episode_key,
        case when substr(problem, 2, 1) between '0' and '9' then lower(substr(problem, 1, 3)) else lower(problem) end as problem
    from {{ ref('episodes') }}
)

select
    outcomes.episode_key,
    changes.measure_id as baseline_measure_id,
    cast(case measures.higher_is when 'worse' then changes.first_score when 'better' then -changes.first_score end as double) as baseline_severity,
    case
        when episodes.age_at_referral is null then 'unknown'
        when episodes.age_at_referral < 18 then 'under_18'
        when episodes.age_at_referral <= 25 then '18_to_25'
        when episodes.age_at_referral <= 35 then '26_to_35'
        when episodes.age_at_referral <= 50 then '36_to_50'
        when episodes.age_at_referral <= 65 then '51_to_65'
        else 'over_65'
    end as age_band,
    coalesce(episodes.gender, 'unknown') as gender,
    coalesce(episodes.employment_status, 'unknown') as employment,
    coalesce(problems.problem, 'unknown') as problem,
    coalesce('fifth_' || cast(cast(ceil(episodes.deprivation_decile / 2.0) as integer) as string), 'unknown') as deprivation
from {{ ref('episode_outcomes') }} as outcomes
inner join {{ ref('episodes') }} as episodes on episodes.episode_key = outcomes.episode_key
inner join problems on problems.episode_key = outcomes.episode_key
left join {{ ref('int_measure_changes') }} as changes
    on changes.episode_key = outcomes.episode_key
    and changes.measure_id = outcomes.symptom_measure_1
    and changes.rater = outcomes.outcome_rater
left join {{ ref('int_measures') }} as measures on measures.measure_id = changes.measure_id
