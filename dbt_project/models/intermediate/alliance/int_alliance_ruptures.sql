with scores as (
    select
        scores.episode_key,
        scores.measure_id,
        scores.rater,
        scores.position,
        scores.level,
        limits.possible_limit,
        limits.definite_limit,
        limits.repair_level
    from {{ ref('int_alliance_scores') }} as scores
    left join {{ ref('int_alliance_limits') }} as limits using (episode_key, measure_id, rater, position)
),

-- Possible and definite ruptures are looked for apart: two rules, two answers.
both_rules as (
    select episode_key, measure_id, rater, position, level, 'possible' as certainty, possible_limit as rupture_limit, repair_level
    from scores
    union all
    select episode_key, measure_id, rater, position, level, 'definite' as certainty, definite_limit as rupture_limit, repair_level
    from scores
),

courses as (
    select
        episode_key,
        measure_id,
        rater,
        certainty,
        count(*) as scores,
        {{ list_in_order('level', 'position') }} as levels,
        {{ list_in_order('rupture_limit', 'position') }} as limits,
        {{ list_in_order('repair_level', 'position') }} as repair_levels
    from both_rules
    group by episode_key, measure_id, rater, certainty
),

machines as (
    select
        episode_key,
        measure_id,
        rater,
        certainty,
        scores,
        {{ list_of_states('scores', 0, next_rupture_state()) }} as states
    from courses
),

-- Each score in an open rupture, and the score that repaired one.
states as (
    select
        scores.episode_key,
        scores.measure_id,
        scores.rater,
        machines.certainty,
        scores.position,
        machines.scores,
        {{ list_item('machines.states', 'scores.position') }} as state,
        case when scores.position > 1 then {{ list_item('machines.states', 'scores.position - 1') }} end as previous_state
    from scores
    inner join machines using (episode_key, measure_id, rater)
),

ruptures as (
    select
        episode_key,
        measure_id,
        rater,
        certainty,
        case when state > 0 then state else previous_state end as position,
        max(scores) as scores,
        max(case when state = 0 then position end) as repaired_position
    from states
    where state > 0 or previous_state > 0
    group by episode_key, measure_id, rater, certainty, case when state > 0 then state else previous_state end
)

select
    episode_key,
    measure_id,
    rater,
    certainty,
    position,
    scores - position as later_scores,
    repaired_position,
    repaired_position - position as scores_to_repair
from ruptures
