-- Which two measures speak for an episode of the talking-therapies roll-up (NHS Talking Therapies manual; Clark 2018, table 2).
-- PHQ-9 is the first. The second is the measure of the problem (ADSM) if it has a first and a last score, else GAD-7; first and last always come
-- from the same measure. An episode in which neither PHQ-9 nor GAD-7 was ever answered takes its one other symptom measure, alone.
with rules as (
    {{ rules(['single_measure_outcomes']) }}
),

-- The few ways in which problems are written, apart from the many episodes, so that these find theirs by equality. A code of the ICD-10 is found
-- by what it begins with.
written as (
    select distinct
        problem,
        lower(replace(problem, '.', '')) as code
    from {{ ref('episodes') }}
),

problems as (
    select
        written.problem,
        problem_measures.measure_id,
        problem_measures.preference
    from written
    inner join {{ ref('problem_measures') }} as problem_measures
        on case
            when problem_measures.is_classification_code then left(written.code, length(problem_measures.problem))
            else written.code
        end = problem_measures.problem
),

answered as (
    select
        changes.episode_key,
        changes.measure_id,
        changes.has_pair,
        changes.axis,
        changes.outcome_rank,
        problems.preference
    from {{ ref('int_measure_changes') }} as changes
    inner join {{ ref('episodes') }} as episodes on changes.episode_key = episodes.episode_key
    left join problems on changes.measure_id = problems.measure_id and episodes.problem = problems.problem
    where
        changes.roll_up = 'nhs_talking_therapies'
        and changes.rater = 'self'
        and episodes.ended_on is not null
),

-- The order in which measures are taken: those with a pair before those without, then by the rule above.
ordered as (
    select
        episode_key,
        measure_id,
        measure_id in ('phq9', 'gad7') as is_of_the_pair,
        case
            when measure_id = 'phq9' then null
            when preference is not null then preference
            when measure_id = 'gad7' then 100
        end + case when has_pair then 0 when measure_id = 'gad7' then 1000 else 2000 end as second_place,
        case
            when axis = 'symptoms' and outcome_rank is not null then outcome_rank + case when has_pair then 0 else 1000 end
        end as single_place
    from answered
),

chosen as (
    select
        episode_key,
        bool_or(is_of_the_pair) as has_pair_measure,
        max(case when measure_id = 'phq9' then measure_id end) as first_measure,
        min_by(measure_id, (second_place, measure_id)) filter (where second_place is not null) as second_measure,
        min_by(measure_id, (single_place, measure_id)) filter (where single_place is not null) as single_measure
    from ordered
    group by episode_key
)

select
    chosen.episode_key,
    case
        when chosen.has_pair_measure then chosen.first_measure
        when rules.single_measure_outcomes = 1 then chosen.single_measure
    end as symptom_measure_1,
    case when chosen.has_pair_measure then chosen.second_measure end as symptom_measure_2,
    case
        when chosen.has_pair_measure and (chosen.first_measure is null or chosen.second_measure is null) then 'incomplete_pair'
        when chosen.has_pair_measure and chosen.second_measure <> 'gad7' then 'phq9_and_adsm'
        when chosen.has_pair_measure then 'phq9_and_gad7'
        when rules.single_measure_outcomes = 1 and chosen.single_measure is not null then 'single_measure'
    end as outcome_basis
from chosen
cross join rules
