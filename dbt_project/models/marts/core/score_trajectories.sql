with rules as ({{ rules(['trajectory_minimum_scores', 'on_track_alarm_scores']) }}),

courses as (
    select
        scores.episode_key,
        scores.clinic_id,
        scores.measure_id,
        scores.rater,
        courses.ended_on is not null as is_ended,
        courses.severity_band,
        courses.reliable_change,
        courses.scores as valid_scores,
        courses.first_severity,
        min(scores.measured_on) as first_on,
        max(scores.measured_on) as last_on,
        max(case when scores.position = 1 then scores.total end) as first_score,
        max(case when scores.position = courses.scores then scores.total end) as last_score,
        max(case when scores.position = courses.scores then scores.severity end) as last_severity,
        max(scores.direction) as direction,
        min(scores.severity) as best_severity
    from {{ ref('int_course_scores') }} as scores
    inner join {{ ref('int_courses') }} as courses using (episode_key, measure_id, rater)
    group by
        scores.episode_key, scores.clinic_id, scores.measure_id, scores.rater, courses.ended_on, courses.severity_band,
        courses.reliable_change, courses.scores, courses.first_severity
),

spells as (
    select
        episode_key,
        measure_id,
        rater,
        count(*) as spells,
        count(case when label = 'sharp_sustained' then 1 end) as sharp_sustained,
        count(case when label = 'sustained_gradual' then 1 end) as sustained_gradual,
        count(case when label = 'ended_while_worse' then 1 end) as ended_while_worse,
        count(case when label = 'not_classifiable' then 1 end) as not_classifiable,
        min(not_classifiable_reason) as not_classifiable_reason,
        count(case when label = 'transient' then 1 end) as transient,
        max(magnitude) as magnitude,
        max(scores) as longest_scores
    from {{ ref('worsening_spells') }}
    group by episode_key, measure_id, rater
),

sudden as (
    select
        episode_key,
        measure_id,
        rater,
        count(case when direction = 'gain' then 1 end) as gains,
        count(case when is_reversed then 1 end) as reversed_gains,
        count(case when direction = 'loss' then 1 end) as losses
    from {{ ref('sudden_changes') }}
    group by episode_key, measure_id, rater
),

stalemates as (
    select
        episode_key,
        measure_id,
        rater,
        position,
        is_stalemate,
        is_goals_moving is null as is_goals_unknown,
        stalemate_sessions
    from {{ ref('int_stalemates') }}
),

expected as (
    select
        scores.episode_key,
        scores.measure_id,
        scores.rater,
        count(case when scores.is_off_track then 1 end) as off_track_scores,
        max(scores.off_track_in_row) >= max(rules.on_track_alarm_scores) as is_alarm,
        min(case when scores.off_track_in_row >= rules.on_track_alarm_scores then scores.measured_on end) as first_alarm_on
    from {{ ref('int_expected_scores') }} as scores
    cross join rules
    group by scores.episode_key, scores.measure_id, scores.rater
)

select
    courses.episode_key,
    courses.clinic_id,
    courses.measure_id,
    courses.rater,
    courses.is_ended,
    courses.valid_scores,
    courses.first_on,
    courses.last_on,
    cast(courses.first_score as decimal(9, 3)) as first_score,
    cast(courses.last_score as decimal(9, 3)) as last_score,
    cast(courses.last_score - courses.direction * (courses.last_severity - courses.best_severity) as decimal(9, 3)) as best_score,
    cast(courses.reliable_change as decimal(9, 3)) as reliable_change_threshold,
    case
        when courses.valid_scores < rules.trajectory_minimum_scores then 'not_classifiable'
        when spells.sharp_sustained > 0 then 'sharp_sustained'
        when spells.sustained_gradual > 0 then 'sustained_gradual'
        when spells.ended_while_worse > 0 then 'ended_while_worse'
        when spells.not_classifiable > 0 then 'not_classifiable'
        when spells.transient > 0 then 'transient'
        else 'none'
    end as label,
    case
        when courses.valid_scores < rules.trajectory_minimum_scores then 'too_few_scores'
        when spells.sharp_sustained + spells.sustained_gradual + spells.ended_while_worse = 0 then spells.not_classifiable_reason
    end as not_classifiable_reason,
    coalesce(spells.spells, 0) as worsening_spells,
    coalesce(spells.transient, 0) as transient_spells,
    spells.magnitude as worst_magnitude,
    spells.longest_scores as longest_spell_scores,
    courses.first_severity - courses.best_severity >= courses.reliable_change
    and courses.last_severity - courses.best_severity >= courses.reliable_change as is_loss_of_gains,
    coalesce(sudden.gains, 0) as sudden_gains,
    coalesce(sudden.reversed_gains, 0) as reversed_sudden_gains,
    coalesce(sudden.losses, 0) as sudden_losses,
    stalemates.is_stalemate,
    case when stalemates.is_stalemate then stalemates.is_goals_unknown end as is_stalemate_goals_unknown,
    cast(stalemates.stalemate_sessions as bigint) as stalemate_sessions,
    courses.severity_band,
    last_expected.expected_score as last_expected_score,
    last_expected.limit_score as last_limit_score,
    last_expected.is_off_track as is_off_track_last,
    expected.off_track_scores,
    expected.is_alarm,
    expected.first_alarm_on
from courses
cross join rules
left join spells using (episode_key, measure_id, rater)
left join sudden using (episode_key, measure_id, rater)
left join stalemates
    on
        courses.episode_key = stalemates.episode_key
        and courses.measure_id = stalemates.measure_id
        and courses.rater = stalemates.rater
        and courses.valid_scores = stalemates.position
left join expected on courses.episode_key = expected.episode_key and courses.measure_id = expected.measure_id and courses.rater = expected.rater
left join {{ ref('int_expected_scores') }} as last_expected
    on
        courses.episode_key = last_expected.episode_key
        and courses.measure_id = last_expected.measure_id
        and courses.rater = last_expected.rater
        and courses.valid_scores = last_expected.position
