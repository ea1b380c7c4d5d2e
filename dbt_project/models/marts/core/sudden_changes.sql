with rules as (
    {{ rules([
        'sudden_change_share', 'sudden_change_window_scores', 'sudden_change_minimum_scores', 'sudden_change_t_six_scores',
        'sudden_change_t_five_scores', 'sudden_change_t_four_scores', 'sudden_change_reversal_share']) }}
),

steps as (
    select
        episode_key,
        clinic_id,
        measure_id,
        rater,
        position,
        measured_on,
        session_number,
        total,
        severity,
        reliable_change,
        lead(session_number) over course as next_session_number,
        lead(measured_on) over course as next_on,
        lead(total) over course as next_total,
        lead(severity) over course as next_severity,
        max(severity) over (
            partition by episode_key, measure_id, rater order by position rows between 2 following and unbounded following
        ) as worst_later_severity
    from {{ ref('int_course_scores') }}
    window course as (partition by episode_key, measure_id, rater order by position)
),

-- Between one session and the next: across a session without a valid score nobody knows when the change came.
-- The first two criteria: more than measurement error, and a quarter of the score before.
candidates as (
    select
        steps.episode_key,
        steps.clinic_id,
        steps.measure_id,
        steps.rater,
        steps.position,
        steps.measured_on,
        steps.session_number,
        steps.next_session_number,
        steps.next_on,
        steps.total,
        steps.next_total,
        steps.next_severity,
        steps.worst_later_severity,
        steps.severity - steps.next_severity as improvement
    from steps
    cross join rules
    where
        coalesce(steps.next_session_number - steps.session_number, 0) <= 1
        and abs(steps.severity - steps.next_severity) >= steps.reliable_change
        and abs(steps.severity - steps.next_severity) >= rules.sudden_change_share * steps.severity
),

neighbours as (
    select
        candidates.episode_key,
        candidates.measure_id,
        candidates.rater,
        candidates.position,
        case when scores.position <= candidates.position then scores.severity end as before,
        case when scores.position > candidates.position then scores.severity end as after
    from candidates
    cross join rules
    inner join {{ ref('int_course_scores') }} as scores
        on
            candidates.episode_key = scores.episode_key
            and candidates.measure_id = scores.measure_id
            and candidates.rater = scores.rater
            and scores.position > candidates.position - rules.sudden_change_window_scores
            and scores.position <= candidates.position + rules.sudden_change_window_scores
            and coalesce(scores.session_number > candidates.session_number - rules.sudden_change_window_scores, true)
            and coalesce(scores.session_number < candidates.next_session_number + rules.sudden_change_window_scores, true)
),

-- Sums of decimals are exact, so that means and variances come out the same whatever the order of the rows.
sums as (
    select
        episode_key,
        measure_id,
        rater,
        position,
        count(before) as scores_before,
        count(after) as scores_after,
        cast(sum(before) as double) as sum_before,
        cast(sum(after) as double) as sum_after,
        cast(sum(before * before) as double) as squares_before,
        cast(sum(after * after) as double) as squares_after
    from neighbours
    group by episode_key, measure_id, rater, position
),

comparisons as (
    select
        sums.episode_key,
        sums.measure_id,
        sums.rater,
        sums.position,
        sums.scores_before,
        sums.scores_after,
        sums.sum_before / sums.scores_before - sums.sum_after / sums.scores_after as mean_improvement,
        sqrt(greatest(
            sums.squares_before - sums.sum_before * sums.sum_before / sums.scores_before
            + sums.squares_after - sums.sum_after * sums.sum_after / sums.scores_after, 0
        ) / (sums.scores_before + sums.scores_after - 2)) as pooled_sd,
        case sums.scores_before + sums.scores_after
            when 6 then rules.sudden_change_t_six_scores
            when 5 then rules.sudden_change_t_five_scores
            when 4 then rules.sudden_change_t_four_scores
        end as critical_t
    from sums
    cross join rules
    where
        sums.scores_before >= rules.sudden_change_minimum_scores
        and sums.scores_after >= rules.sudden_change_minimum_scores
)

select
    candidates.episode_key,
    candidates.clinic_id,
    candidates.measure_id,
    candidates.rater,
    case when candidates.improvement > 0 then 'gain' else 'loss' end as direction,
    cast(candidates.position as bigint) as position_before,
    candidates.measured_on as before_on,
    candidates.next_on as after_on,
    candidates.total as score_before,
    candidates.next_total as score_after,
    cast(candidates.improvement as decimal(9, 3)) as improvement,
    round(comparisons.mean_improvement, 6) as mean_improvement,
    round(comparisons.pooled_sd, 6) as pooled_sd,
    case when candidates.improvement > 0 then coalesce(
        candidates.worst_later_severity
        >= candidates.next_severity + rules.sudden_change_reversal_share * candidates.improvement, false
    ) end as is_reversed
from candidates
cross join rules
inner join comparisons using (episode_key, measure_id, rater, position)
where
    round(abs(comparisons.mean_improvement), 6) > round(comparisons.critical_t * comparisons.pooled_sd, 6)
    and comparisons.mean_improvement * candidates.improvement > 0
