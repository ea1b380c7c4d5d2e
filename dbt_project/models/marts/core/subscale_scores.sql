with subscales as (
    select
        subscales.measure_id,
        subscales.subscale_id,
        subscales.max_missing_items,
        subscales.endorsed_from,
        subscales.endorsed_items_needed,
        measures.scoring,
        measures.prorated_decimals,
        measures.item_minimum + measures.item_maximum as lowest_plus_highest,
        {{ item_positions('subscales.item_positions') }} as positions,
        {{ item_positions('measures.reverse_items') }} as reverse_items
    from {{ ref('measure_subscales') }} as subscales
    inner join {{ ref('int_measures') }} as measures on subscales.measure_id = measures.measure_id
),

answered as (
    select
        scores.score_key,
        scores.episode_key,
        scores.clinic_id,
        scores.measure_id,
        scores.measured_on,
        placed.is_keyed,
        {{ item_numbers(item_texts('placed.items')) }} as answers
    from {{ ref('measure_scores') }} as scores
    inner join {{ ref('int_scores_placed') }} as placed on scores.score_key = placed.score_key
    where
        scores.is_used
        and scores.total_computed is not null
        and scores.measure_id in (select measure_id from subscales)
),

picked as (
    select
        answered.score_key,
        answered.episode_key,
        answered.clinic_id,
        answered.measure_id,
        answered.measured_on,
        subscales.subscale_id,
        subscales.max_missing_items,
        subscales.endorsed_from,
        subscales.endorsed_items_needed,
        subscales.scoring,
        subscales.prorated_decimals,
        {{ list_length('subscales.positions') }} as item_count,
        case
            when answered.is_keyed or subscales.reverse_items is null then {{ items_at('answered.answers', 'subscales.positions') }}
            else {{ items_at(items_turned('answered.answers', 'subscales.reverse_items', 'subscales.lowest_plus_highest'), 'subscales.positions') }}
        end as items
    from answered
    inner join subscales on answered.measure_id = subscales.measure_id
),

counted as (
    select
        score_key,
        episode_key,
        clinic_id,
        measure_id,
        measured_on,
        subscale_id,
        scoring,
        prorated_decimals,
        endorsed_items_needed,
        item_count,
        items,
        {{ items_answered('items') }} as items_answered,
        {{ items_sum('items') }} as points,
        case when endorsed_from is not null then {{ items_from('items', 'endorsed_from') }} end as items_endorsed,
        item_count - {{ items_answered('items') }} <= max_missing_items and {{ items_answered('items') }} > 0 as is_scored
    from picked
)

select
    score_key,
    episode_key,
    clinic_id,
    measure_id,
    subscale_id,
    measured_on,
    cast(
        case
            when not is_scored then null
            when scoring = 'subscale_sum' then {{ filled_subscale('items', 'item_count', 'prorated_decimals') }}
            else {{ total_from_items('scoring', 'points', 'items_answered', 'item_count', 'prorated_decimals') }}
        end as decimal(9, 3)
    ) as total,
    cast(items_answered as bigint) as items_answered,
    cast(item_count as bigint) as item_count,
    is_scored and items_answered < item_count as is_prorated,
    cast(items_endorsed as bigint) as items_endorsed,
    items_endorsed >= endorsed_items_needed as is_endorsed
from counted
