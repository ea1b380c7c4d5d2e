with rules as (
    {{ rules([
        'alliance_low_srs', 'alliance_low_srs_item', 'alliance_low_wai_sr_mean', 'alliance_drop', 'alliance_marked_drop',
        'alliance_repair_sessions', 'alliance_unresolved_sessions', 'alliance_chain_days']) }}
),

scores as (
    select
        scores.episode_key,
        scores.clinic_id,
        scores.measure_id,
        scores.rater,
        scores.position,
        scores.measured_on,
        scores.total,
        scores.direction,
        scores.level,
        scores.step,
        limits.mean_level,
        limits.sd,
        limits.possible_limit,
        limits.definite_limit,
        limits.repair_level,
        limits.chart_limit,
        case scores.measure_id
            when 'srs' then scores.total < rules.alliance_low_srs or coalesce(scores.lowest_item < rules.alliance_low_srs_item, false)
            when 'wai_sr' then scores.total < rules.alliance_low_wai_sr_mean * scores.item_count
            else false
        end as is_low,
        case
            when scores.measure_id <> 'srs' then null
            when -scores.step >= rules.alliance_marked_drop then 'marked_drop'
            when -scores.step >= rules.alliance_drop then 'drop'
        end as drop_event
    from {{ ref('int_alliance_scores') }} as scores
    cross join rules
    left join {{ ref('int_alliance_limits') }} as limits using (episode_key, measure_id, rater, position)
),

ruptures as (
    select
        ruptures.episode_key,
        ruptures.measure_id,
        ruptures.rater,
        ruptures.certainty,
        ruptures.position,
        ruptures.scores_to_repair,
        repairs.measured_on as repaired_on,
        case
            when ruptures.scores_to_repair <= rules.alliance_repair_sessions then 'repaired'
            when ruptures.scores_to_repair <= rules.alliance_unresolved_sessions then 'repaired_late'
            when ruptures.later_scores >= rules.alliance_unresolved_sessions then 'unresolved'
            else 'not_repaired'
        end as resolution
    from {{ ref('int_alliance_ruptures') }} as ruptures
    cross join rules
    left join {{ ref('int_alliance_scores') }} as repairs
        on
            ruptures.episode_key = repairs.episode_key
            and ruptures.measure_id = repairs.measure_id
            and ruptures.rater = repairs.rater
            and ruptures.repaired_position = repairs.position
),

events as (
    select
        episode_key,
        measure_id,
        rater,
        position,
        'low_level' as event,
        cast(null as {{ dbt.type_string() }}) as resolution,
        cast(null as date) as repaired_on,
        cast(null as integer) as scores_to_repair
    from scores
    where is_low
    union all
    select episode_key, measure_id, rater, position, drop_event as event, null, null, null
    from scores
    where drop_event is not null
    union all
    select episode_key, measure_id, rater, position, 'below_chart' as event, null, null, null
    from scores
    where level < chart_limit
    union all
    select episode_key, measure_id, rater, scores as position, 'flat_line' as event, null, null, null
    from {{ ref('int_alliance_courses') }}
    where is_flat_line
    union all
    select episode_key, measure_id, rater, position, concat(certainty, '_rupture') as event, resolution, repaired_on, scores_to_repair
    from ruptures
)

select
    events.episode_key,
    scores.clinic_id,
    events.measure_id,
    events.rater,
    events.event,
    cast(events.position as bigint) as position,
    scores.measured_on as occurred_on,
    scores.total as score,
    cast(scores.step as decimal(9, 3)) as change_from_previous,
    cast(scores.total - scores.direction * (scores.level - scores.mean_level) as decimal(9, 3)) as own_mean,
    scores.sd,
    cast(scores.total - scores.direction * (scores.level - case events.event
        when 'possible_rupture' then scores.possible_limit
        when 'definite_rupture' then scores.definite_limit
        when 'below_chart' then scores.chart_limit
    end) as decimal(9, 3)) as limit_score,
    case
        when events.resolution is not null
            then cast(scores.total - scores.direction * (scores.level - scores.repair_level) as decimal(9, 3))
    end as repair_score,
    events.resolution,
    events.repaired_on,
    cast(events.scores_to_repair as bigint) as scores_to_repair,
    case
        when events.resolution is not null and episodes.ended_on is not null then
            events.repaired_on is null
            and episodes.ending_class = 'client_unplanned'
            and {{ days_between('scores.measured_on', 'episodes.ended_on') }} <= rules.alliance_chain_days
    end as is_incompatibility_chain
from events
inner join scores using (episode_key, measure_id, rater, position)
inner join {{ ref('episodes') }} as episodes on events.episode_key = episodes.episode_key
cross join rules
