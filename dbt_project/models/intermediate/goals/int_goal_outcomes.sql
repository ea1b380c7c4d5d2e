with rules as (
    {{ rules(['gas_correlation', 'gas_success_t', 'goal_mean_gbo_gain']) }}
),

goals as (
    select
        pairs.episode_key,
        pairs.scale,
        pairs.phase,
        pairs.first_rating,
        pairs.last_rating,
        pairs.has_pair,
        pairs.change,
        pairs.is_achieved,
        pairs.ineligible_reason,
        pairs.has_pair and pairs.ineligible_reason is null as is_counted,
        pairs.is_reliably_improved,
        pairs.is_reliably_deteriorated,
        coalesce(pairs.weight, 1) as weight,
        pairs.scale = 'gas' and pairs.ineligible_reason is null and (pairs.has_pair or pairs.has_later_rating) as has_level,
        cast(rules.gas_correlation as double) as correlation
    from {{ ref('int_goal_pairs') }} as pairs
    cross join rules
),

summed as (
    select
        episode_key,
        count(*) as goals_recorded,
        count(*) filter (where phase = 'at_start') as goals_at_start,
        count(*) filter (where has_pair) as goals_with_pair,
        count(*) filter (where is_counted) as goals_counted,
        count(*) filter (where ineligible_reason is not null) as goals_left_out,
        count(*) filter (where is_counted and is_achieved) as goals_achieved,
        count(*) filter (where is_counted and is_reliably_improved) as goals_improved,
        count(*) filter (where is_counted and is_reliably_deteriorated) as goals_deteriorated,
        count(*) filter (where is_counted and scale = 'gbo') as gbo_goals,
        cast(avg(change) filter (where is_counted and scale = 'gbo') as decimal(9, 3)) as goal_mean_change,
        cast(avg(change) filter (where is_counted and scale = 'gbo' and phase = 'at_start') as decimal(9, 3)) as goal_mean_change_at_start,
        round({{ gas_t_score('last_rating', 'weight', 'max(correlation)', 'has_level') }}, 6) as gas_t_score,
        case
            when count(*) filter (where has_level and not has_pair) = 0
                then round({{ gas_t_score('first_rating', 'weight', 'max(correlation)', 'has_level') }}, 6)
        end as gas_t_baseline
    from goals
    group by episode_key
)

select
    summed.episode_key,
    summed.goals_recorded,
    summed.goals_at_start,
    summed.goals_with_pair,
    summed.goals_counted,
    summed.goals_left_out,
    summed.goals_achieved,
    summed.goals_improved,
    summed.goals_deteriorated,
    summed.goal_mean_change,
    summed.goal_mean_change_at_start,
    summed.gas_t_score,
    summed.gas_t_baseline,
    case
        when summed.gbo_goals = 0 and summed.gas_t_score is null then null
        else (summed.gbo_goals = 0 or (summed.goals_improved > 0 and summed.goals_deteriorated = 0))
            and coalesce(summed.gas_t_score >= rules.gas_success_t, true)
    end as is_goals_attained,
    summed.goal_mean_change >= rules.goal_mean_gbo_gain as is_goals_attained_by_mean
from summed
cross join rules
