with rules as (
    {{ rules([
        'worsening_short_scores', 'worsening_short_days', 'worsening_sustained_scores', 'worsening_sustained_days',
        'worsening_sustained_days_scores', 'worsening_sharp_multiple', 'trajectory_minimum_scores', 'trajectory_gap_days']) }}
),

scores as (
    select
        scores.episode_key,
        scores.clinic_id,
        scores.ended_on,
        scores.measure_id,
        scores.rater,
        scores.position,
        scores.measured_on,
        scores.total,
        scores.severity,
        scores.direction,
        scores.days_since_previous,
        scores.reliable_change,
        states.is_worse,
        states.onset_position,
        states.anchor_severity
    from {{ ref('int_worsening_states') }} as states
    inner join {{ ref('int_course_scores') }} as scores using (episode_key, measure_id, rater, position)
),

spells as (
    select
        episode_key,
        clinic_id,
        ended_on,
        measure_id,
        rater,
        onset_position,
        max(reliable_change) as reliable_change,
        min(measured_on) as onset_on,
        max(case when not is_worse then measured_on end) as resolved_on,
        max(case when position = onset_position then total - direction * (severity - anchor_severity) end) as anchor_score,
        max(case when position = onset_position then total end) as onset_score,
        max(direction) * max(case when is_worse then direction * total end) as peak_score,
        max(case when is_worse then severity - anchor_severity end) as magnitude,
        count(case when is_worse then 1 end) as scores,
        {{ days_between('min(measured_on)', 'max(measured_on)') }} as length_days,
        max(case when position > onset_position then days_since_previous end) as longest_gap_days
    from scores
    group by episode_key, clinic_id, ended_on, measure_id, rater, onset_position
),

judged as (
    select
        spells.episode_key,
        spells.clinic_id,
        spells.ended_on,
        spells.measure_id,
        spells.rater,
        spells.onset_position,
        spells.onset_on,
        spells.resolved_on,
        spells.anchor_score,
        spells.onset_score,
        spells.peak_score,
        spells.magnitude,
        spells.reliable_change,
        spells.scores,
        spells.length_days,
        courses.scores as course_scores,
        losses.position_before is not null as is_sudden,
        spells.magnitude >= rules.worsening_sharp_multiple * spells.reliable_change
        or losses.position_before is not null as is_sharp,
        spells.scores >= rules.worsening_sustained_scores
        or (spells.length_days > rules.worsening_sustained_days and spells.scores >= rules.worsening_sustained_days_scores)
            as is_sustained,
        spells.resolved_on is not null
        and spells.scores <= rules.worsening_short_scores
        and spells.length_days <= rules.worsening_short_days as is_short,
        case
            when courses.scores < rules.trajectory_minimum_scores then 'too_few_scores'
            when spells.longest_gap_days > rules.trajectory_gap_days then 'gap_between_scores'
        end as obstacle
    from spells
    cross join rules
    inner join {{ ref('int_courses') }} as courses using (episode_key, measure_id, rater)
    left join {{ ref('sudden_changes') }} as losses
        on
            spells.episode_key = losses.episode_key
            and spells.measure_id = losses.measure_id
            and spells.rater = losses.rater
            and spells.onset_position = losses.position_before + 1
            and losses.direction = 'loss'
),

labelled as (
    select
        episode_key,
        clinic_id,
        measure_id,
        rater,
        onset_position,
        onset_on,
        resolved_on,
        anchor_score,
        onset_score,
        peak_score,
        magnitude,
        reliable_change,
        scores,
        length_days,
        is_sudden,
        is_sharp,
        is_sustained,
        case
            when obstacle is not null then 'not_classifiable'
            when is_sustained and is_sharp then 'sharp_sustained'
            when is_sustained then 'sustained_gradual'
            when is_short then 'transient'
            when resolved_on is null and ended_on is not null then 'ended_while_worse'
            else 'not_classifiable'
        end as label,
        case
            when obstacle is not null then obstacle
            when not is_sustained and not is_short and resolved_on is not null then 'between_short_and_sustained'
            when not is_sustained and resolved_on is null and ended_on is null then 'still_open'
        end as not_classifiable_reason
    from judged
)

select
    episode_key,
    clinic_id,
    measure_id,
    rater,
    cast(onset_position as bigint) as onset_position,
    onset_on,
    resolved_on,
    cast(anchor_score as decimal(9, 3)) as anchor_score,
    cast(onset_score as decimal(9, 3)) as onset_score,
    cast(peak_score as decimal(9, 3)) as peak_score,
    cast(magnitude as decimal(9, 3)) as magnitude,
    cast(reliable_change as decimal(9, 3)) as reliable_change_threshold,
    scores,
    cast(length_days as bigint) as length_days,
    is_sudden,
    is_sharp,
    is_sustained,
    label,
    not_classifiable_reason
from labelled
