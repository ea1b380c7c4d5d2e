-- Functioning before wellbeing, as the measures are ranked; the client's own view before anybody else's. Where nothing else was measured, the
-- functioning items of the CORE-OM speak, for which no reliable change is published.
with measured as (
    select
        episode_key,
        measure_id,
        rater,
        outcome_rank,
        change,
        is_reliably_improved,
        is_reliably_deteriorated
    from {{ ref('int_measure_changes') }}
    where
        axis in ('functioning', 'wellbeing')
        and outcome_rank is not null
        and has_pair
    union all
    select
        changes.episode_key,
        first_score.subscale_id as measure_id,
        changes.rater,
        1000 as outcome_rank,
        cast(last_score.total - first_score.total as decimal(9, 3)) as change,
        cast(null as boolean) as is_reliably_improved,
        cast(null as boolean) as is_reliably_deteriorated
    from {{ ref('int_measure_changes') }} as changes
    inner join {{ ref('subscale_scores') }} as first_score
        on changes.first_score_key = first_score.score_key
        and first_score.subscale_id = 'core_om_functioning'
    inner join {{ ref('subscale_scores') }} as last_score
        on changes.last_score_key = last_score.score_key
        and last_score.subscale_id = 'core_om_functioning'
    where
        changes.has_pair
        and first_score.total is not null
        and last_score.total is not null
),

ranked as (
    select
        episode_key,
        measure_id,
        change,
        is_reliably_improved,
        is_reliably_deteriorated,
        row_number() over (
            partition by episode_key
            order by outcome_rank, case rater when 'self' then 1 when 'parent' then 2 else 3 end, measure_id
        ) as place
    from measured
)

select
    episode_key,
    measure_id as life_measure_id,
    change as life_change,
    is_reliably_improved as is_life_improved,
    is_reliably_deteriorated as is_life_deteriorated
from ranked
where place = 1
