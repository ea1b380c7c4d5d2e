with rules as ({{ rules(['lasting_gain_scores', 'responsibility_gain']) }}),

ended as (
    select
        episode_key,
        clinic_id,
        ended_on
    from {{ ref('episodes') }}
    where ended_on is not null
),

lasting as (
    select
        scores.episode_key,
        scores.measure_id,
        scores.rater
    from {{ ref('int_course_scores') }} as scores
    inner join {{ ref('int_courses') }} as courses using (episode_key, measure_id, rater)
    cross join rules
    where courses.scores > rules.lasting_gain_scores and scores.position > courses.scores - rules.lasting_gain_scores
    group by scores.episode_key, scores.measure_id, scores.rater
    having min(courses.first_severity - scores.severity) >= min(courses.reliable_change)
),

entries as (
    select
        episode_key,
        'goals_reached' as factor,
        concat(cast(goals_achieved as {{ dbt.type_string() }}), ' of ', cast(goals_counted as {{ dbt.type_string() }})) as detail
    from {{ ref('episode_outcomes') }}
    where goals_achieved > 0
    union all
    select episode_key, 'lasting_gain' as factor, {{ distinct_texts('measure_id') }} as detail
    from lasting
    group by episode_key
    union all
    select
        trajectories.episode_key,
        'worsening_worked_through' as factor,
        {{ distinct_texts('trajectories.measure_id') }} as detail
    from {{ ref('score_trajectories') }} as trajectories
    inner join {{ ref('measure_changes') }} as changes using (episode_key, measure_id, rater)
    where trajectories.label = 'transient' and changes.is_reliably_improved
    group by trajectories.episode_key
    union all
    select episode_key, 'rupture_repaired' as factor, {{ distinct_texts('measure_id') }} as detail
    from {{ ref('alliance_events') }}
    where event = 'definite_rupture' and resolution = 'repaired'
    group by episode_key
    union all
    select changes.episode_key, 'responsibility_taken' as factor, max(changes.measure_id) as detail
    from {{ ref('measure_changes') }} as changes
    cross join rules
    where changes.measure_id = 'responsibility_client' and changes.improvement >= rules.responsibility_gain
    group by changes.episode_key
    union all
    select episode_key, 'timely_redirect_arrived' as factor, cast(null as {{ dbt.type_string() }}) as detail
    from {{ ref('consultations') }}
    where is_timely_redirect and redirect_state = 'arrived'
)

select
    entries.episode_key,
    ended.clinic_id,
    ended.ended_on,
    entries.factor,
    'computed' as evidence,
    entries.detail
from entries
inner join ended on entries.episode_key = ended.episode_key
