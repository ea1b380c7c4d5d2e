with scores as (
    select
        scores.score_key,
        scores.episode_key,
        scores.clinic_id,
        scores.measure_id,
        scores.rater,
        scores.measured_on,
        scores.total,
        {{ list_least(item_numbers(item_texts('delivered.items'))) }} as lowest_item,
        scores.item_count,
        measures.maximum - measures.minimum as span,
        case when measures.higher_is = 'better' then 1 else -1 end as direction,
        cast(case
            when measures.higher_is = 'better' then scores.total - measures.minimum
            else measures.maximum - scores.total
        end as decimal(9, 3)) as level
    from {{ ref('measure_scores') }} as scores
    inner join {{ ref('episodes') }} as episodes on scores.episode_key = episodes.episode_key
    inner join {{ ref('int_measures') }} as measures on scores.measure_id = measures.measure_id
    left join {{ ref('int_scores_placed') }} as delivered on scores.score_key = delivered.score_key
    where
        scores.is_used
        and measures.axis = 'alliance'
        and scores.measured_on <= coalesce(episodes.ended_on, scores.measured_on)
),

numbered as (
    select
        score_key,
        episode_key,
        clinic_id,
        measure_id,
        rater,
        cast(row_number() over course as integer) as position,
        measured_on,
        total,
        lowest_item,
        item_count,
        span,
        direction,
        level,
        level - lag(level) over course as step
    from scores
    window course as (partition by episode_key, measure_id, rater order by measured_on, score_key)
)

-- Sums of decimals are exact, so that what is made of them comes out the same on every engine.
select
    score_key,
    episode_key,
    clinic_id,
    measure_id,
    rater,
    position,
    measured_on,
    total,
    lowest_item,
    item_count,
    span,
    direction,
    level,
    step,
    count(level) over earlier as earlier_scores,
    sum(level) over earlier as earlier_sum,
    sum(cast(level * level as decimal(18, 6))) over earlier as earlier_squares,
    sum(abs(step)) over earlier as earlier_steps
from numbered
window earlier as (
    partition by episode_key, measure_id, rater order by position rows between unbounded preceding and 1 preceding
)
