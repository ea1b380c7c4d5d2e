with rules as (
    {{ rules([
        'stalemate_session', 'stalemate_scores', 'stalemate_window_sessions', 'stalemate_slope_steps', 'stalemate_slope_share',
        'stalemate_goal_gain_gbo', 'stalemate_goal_gain_gas', 'gas_correlation']) }}
),

recent_scores as (
    select
        scores.episode_key,
        scores.measure_id,
        scores.rater,
        scores.position,
        recent.position as recent_position,
        recent.session_number as recent_session_number,
        recent.severity
    from {{ ref('int_course_scores') }} as scores
    cross join rules
    inner join {{ ref('int_course_scores') }} as recent
        on
            scores.episode_key = recent.episode_key
            and scores.measure_id = recent.measure_id
            and scores.rater = recent.rater
            and recent.position > scores.position - rules.stalemate_scores
            and recent.position <= scores.position
    where scores.session_number >= rules.stalemate_session and scores.position >= rules.stalemate_scores
),

spans as (
    select
        episode_key,
        measure_id,
        rater,
        position,
        min(recent_session_number) as first_session_number,
        max(severity) as worst_severity,
        min(severity) as best_severity
    from recent_scores
    group by episode_key, measure_id, rater, position
),

evaluable as (
    select
        course_scores.episode_key,
        course_scores.clinic_id,
        course_scores.measure_id,
        course_scores.rater,
        course_scores.position,
        course_scores.measured_on,
        course_scores.session_number,
        course_scores.is_clinical,
        course_scores.reliable_change,
        spans.worst_severity - courses.first_severity < course_scores.reliable_change
        and courses.first_severity - spans.best_severity < course_scores.reliable_change as is_near_first
    from spans
    cross join rules
    inner join {{ ref('int_course_scores') }} as course_scores using (episode_key, measure_id, rater, position)
    inner join {{ ref('int_courses') }} as courses using (episode_key, measure_id, rater)
    where spans.first_session_number > course_scores.session_number - rules.stalemate_window_sessions
),

-- Only these can be a stalemate; slope and goals are looked up for them alone.
candidates as (
    select
        episode_key,
        measure_id,
        rater,
        position,
        measured_on,
        reliable_change
    from evaluable
    where is_near_first and is_clinical
),

-- Theil-Sen: the median of the slopes between all pairs of the scores, which one odd score does not tilt.
slopes as (
    select
        candidates.episode_key,
        candidates.measure_id,
        candidates.rater,
        candidates.position,
        candidates.reliable_change,
        median(cast(later.severity - earlier.severity as double) / (later.recent_position - earlier.recent_position)) as slope
    from candidates
    inner join recent_scores as earlier using (episode_key, measure_id, rater, position)
    inner join recent_scores as later using (episode_key, measure_id, rater, position)
    where later.recent_position > earlier.recent_position
    group by candidates.episode_key, candidates.measure_id, candidates.rater, candidates.position, candidates.reliable_change
),

flat as (
    select
        slopes.episode_key,
        slopes.measure_id,
        slopes.rater,
        slopes.position,
        slopes.slope,
        round(abs(slopes.slope) * rules.stalemate_slope_steps, 6) < rules.stalemate_slope_share * slopes.reliable_change as is_flat
    from slopes
    cross join rules
),

days as (
    select distinct episode_key, measured_on from candidates
),

goal_sums as (
    select
        days.episode_key,
        days.measured_on,
        avg(case when progress.scale = 'gbo' then progress.progress end) as gbo_gain,
        sum(case when progress.scale = 'gas' then progress.weight * progress.progress end) as gas_progress,
        sum(case when progress.scale = 'gas' then progress.weight end) as gas_weights,
        sum(case when progress.scale = 'gas' then progress.weight * progress.weight end) as gas_squares
    from days
    inner join {{ ref('int_goal_progress') }} as progress
        on
            days.episode_key = progress.episode_key
            and progress.rated_on <= days.measured_on
            and (progress.next_rated_on > days.measured_on or progress.next_rated_on is null)
    group by days.episode_key, days.measured_on
),

goals as (
    select
        goal_sums.episode_key,
        goal_sums.measured_on,
        coalesce(goal_sums.gbo_gain >= rules.stalemate_goal_gain_gbo, false)
        or coalesce(
            10 * goal_sums.gas_progress >= rules.stalemate_goal_gain_gas * sqrt(
                (1 - rules.gas_correlation) * goal_sums.gas_squares
                + rules.gas_correlation * goal_sums.gas_weights * goal_sums.gas_weights
            ), false
        ) as is_moving
    from goal_sums
    cross join rules
),

judged as (
    select
        evaluable.episode_key,
        evaluable.clinic_id,
        evaluable.measure_id,
        evaluable.rater,
        evaluable.position,
        evaluable.measured_on,
        evaluable.session_number,
        evaluable.is_near_first,
        evaluable.is_clinical,
        round(flat.slope, 6) as slope,
        flat.is_flat,
        goals.is_moving as is_goals_moving,
        case
            when not evaluable.is_near_first then false
            when evaluable.is_clinical then flat.is_flat and not coalesce(goals.is_moving, false)
            else evaluable.is_clinical
        end as is_stalemate
    from evaluable
    left join flat using (episode_key, measure_id, rater, position)
    left join goals using (episode_key, measured_on)
),

runs as (
    select
        episode_key,
        clinic_id,
        measure_id,
        rater,
        position,
        measured_on,
        session_number,
        is_near_first,
        is_clinical,
        slope,
        is_flat,
        is_goals_moving,
        is_stalemate,
        count(case when not coalesce(is_stalemate, false) then 1 end) over (
            partition by episode_key, measure_id, rater order by position
        ) as run
    from judged
)

select
    episode_key,
    clinic_id,
    measure_id,
    rater,
    position,
    measured_on,
    session_number,
    is_near_first,
    is_clinical,
    slope,
    is_flat,
    is_goals_moving,
    is_stalemate,
    case when is_stalemate then session_number - min(case when is_stalemate then session_number end) over (
        partition by episode_key, measure_id, rater, run
    ) + 1 end as stalemate_sessions
from runs
