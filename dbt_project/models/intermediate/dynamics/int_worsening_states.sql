with rules as ({{ rules(['worsening_anchor_scores', 'worsening_release_share']) }}),

courses as (
    select
        episode_key,
        measure_id,
        rater,
        count(*) as scores,
        max(reliable_change) as reliable_change,
        {{ list_in_order('severity', 'position') }} as severities
    from {{ ref('int_course_scores') }}
    group by episode_key, measure_id, rater
),

scaled as (
    select
        courses.episode_key,
        courses.measure_id,
        courses.rater,
        courses.scores,
        courses.severities,
        courses.reliable_change,
        courses.reliable_change * rules.worsening_release_share as release_points,
        cast(rules.worsening_anchor_scores as integer) as anchor_scores
    from courses
    cross join rules
),

machines as (
    select
        episode_key,
        measure_id,
        rater,
        severities,
        anchor_scores,
        {{ list_of_states('scores', -1, next_worsening_state()) }} as states
    from scaled
),

states as (
    select
        scores.episode_key,
        scores.measure_id,
        scores.rater,
        scores.position,
        {{ list_item('machines.states', 'scores.position') }} as state,
        case when scores.position > 1 then {{ list_item('machines.states', 'scores.position - 1') }} end as previous_state,
        machines.states,
        machines.severities,
        machines.anchor_scores
    from {{ ref('int_course_scores') }} as scores
    inner join machines using (episode_key, measure_id, rater)
),

spells as (
    select
        episode_key,
        measure_id,
        rater,
        position,
        state > 0 as is_worse,
        case when state > 0 then state when previous_state > 0 then previous_state end as onset_position,
        states,
        severities,
        anchor_scores
    from states
)

select
    episode_key,
    measure_id,
    rater,
    position,
    is_worse,
    onset_position,
    {{ anchor_severity('onset_position') }} as anchor_severity
from spells
where onset_position is not null
