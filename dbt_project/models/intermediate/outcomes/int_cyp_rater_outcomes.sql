with rules as (
    {{ rules(['goal_achieved_gbo_gain']) }}
),

-- Only measures with a threshold of this rule set, or one of the network's own, have a say. Goals are a view of their own, as in NHS England's
-- reference table (rater Goals): they never enter what the client, a parent or the clinician answered.
changes as (
    select
        episode_key,
        rater,
        measure_id,
        is_reliably_improved,
        is_reliably_deteriorated
    from {{ ref('int_measure_changes') }}
    where
        roll_up = 'nhs_cyp'
        and has_pair
        and change_rule_set in ('nhs_cyp', 'network')
    union all
    select
        goals.episode_key,
        'goals' as rater,
        'gbo' as measure_id,
        goals.last_rating - goals.first_rating >= rules.goal_achieved_gbo_gain as is_reliably_improved,
        goals.first_rating - goals.last_rating >= rules.goal_achieved_gbo_gain as is_reliably_deteriorated
    from {{ ref('int_cyp_goal_changes') }} as goals
    cross join rules
    where goals.last_on > goals.first_on
),

summed as (
    select
        episode_key,
        rater,
        count(*) as paired_measures,
        {{ distinct_texts('measure_id') }} as measures,
        bool_or(is_reliably_improved) as is_any_improved,
        bool_or(is_reliably_deteriorated) as is_any_deteriorated
    from changes
    group by episode_key, rater
)

select
    summed.episode_key,
    episodes.clinic_id,
    summed.rater,
    summed.paired_measures,
    summed.measures,
    summed.is_any_improved and not summed.is_any_deteriorated as is_reliably_improved,
    summed.is_any_deteriorated as is_reliably_deteriorated,
    not summed.is_any_improved and not summed.is_any_deteriorated as is_no_reliable_change,
    summed.is_any_improved and summed.is_any_deteriorated as is_mixed
from summed
inner join {{ ref('episodes') }} as episodes on summed.episode_key = episodes.episode_key
where episodes.ended_on is not null
