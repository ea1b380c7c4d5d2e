with rules as (
    {{ rules(['total_tolerance']) }}
),

subscales as (
    select
        measure_id,
        {%- for place in range(1, 4) %}
        max(case when position = {{ place }} then item_positions end) as positions_{{ place }},
        {%- endfor %}
        max(max_missing_items) as max_missing_in_subscale
    from {{ ref('measure_subscales') }}
    group by measure_id
),

measures as (
    select
        measures.measure_id,
        measures.minimum,
        measures.maximum,
        measures.item_count,
        measures.item_count + measures.unscored_items as longest_form,
        measures.item_minimum,
        measures.item_maximum,
        measures.item_minimum + measures.item_maximum as lowest_plus_highest,
        measures.scoring,
        measures.max_missing_items,
        measures.prorated_decimals,
        measures.not_applicable_item,
        measures.risk_item,
        measures.full_form_items,
        {{ item_positions('measures.full_form_positions') }} as full_form_positions,
        {{ item_positions('measures.reverse_items') }} as reverse_items,
        {%- for place in range(1, 4) %}
        {{ item_positions('subscales.positions_' ~ place) }} as subscale_{{ place }},
        {%- endfor %}
        subscales.max_missing_in_subscale
    from {{ ref('int_measures') }} as measures
    left join subscales
        on measures.measure_id = subscales.measure_id
        and measures.scoring = 'subscale_sum'
),

delivered as (
    select
        scores.clinic_id,
        scores.source_system,
        scores.score_key,
        scores.episode_key,
        scores.client_key,
        scores.session_key,
        scores.measure_id,
        scores.rater,
        scores.measured_on,
        scores.measured_at,
        scores.total_reported,
        scores.is_keyed,
        case when measures.scoring <> 'reported' then {{ item_texts('scores.items') }} end as texts
    from {{ ref('int_scores_placed') }} as scores
    inner join measures on scores.measure_id = measures.measure_id
    inner join {{ ref('int_episodes_known') }} as episodes on scores.episode_key = episodes.episode_key
    cross join {{ source('inputs', 'parameters') }} as parameters
    where
        scores.row_reason is null
        and scores.measured_on <= parameters.as_of
),

-- The items of this scale: picked from a longer form, or without the unscored ones that follow.
shaped as (
    select
        delivered.clinic_id,
        delivered.source_system,
        delivered.score_key,
        delivered.episode_key,
        delivered.client_key,
        delivered.session_key,
        delivered.measure_id,
        delivered.rater,
        delivered.measured_on,
        delivered.measured_at,
        delivered.total_reported,
        delivered.is_keyed,
        measures.minimum,
        measures.maximum,
        coalesce(measures.item_count, {{ list_length('delivered.texts') }}) as item_count,
        measures.item_minimum,
        measures.item_maximum,
        measures.lowest_plus_highest,
        measures.scoring,
        measures.max_missing_items,
        measures.prorated_decimals,
        measures.risk_item,
        measures.reverse_items,
        measures.subscale_1,
        measures.subscale_2,
        measures.subscale_3,
        measures.max_missing_in_subscale,
        coalesce({{ list_item('delivered.texts', 'measures.not_applicable_item') }} = 'na', false) as is_short_form,
        {{ list_length('delivered.texts') }} < measures.item_count
        or ({{ list_length('delivered.texts') }} > measures.longest_form and {{ list_length('delivered.texts') }} <> coalesce(measures.full_form_items, 0))
            as is_wrong_length,
        case
            when {{ list_length('delivered.texts') }} = measures.full_form_items then {{ items_at('delivered.texts', 'measures.full_form_positions') }}
            when measures.item_count is null then delivered.texts
            else {{ list_part('delivered.texts', '1', 'measures.item_count') }}
        end as texts
    from delivered
    inner join measures on delivered.measure_id = measures.measure_id
),

read as (
    select
        shaped.*,
        {{ item_numbers('shaped.texts') }} as answers,
        {{ unreadable_items('shaped.texts') }} > 0 as is_unreadable
    from shaped
),

keyed as (
    select
        read.*,
        case
            when read.is_keyed or read.reverse_items is null then read.answers
            else {{ items_turned('read.answers', 'read.reverse_items', 'read.lowest_plus_highest') }}
        end as numbers
    from read
),

counted as (
    select
        keyed.*,
        {{ items_answered('keyed.numbers') }} as items_answered,
        {{ items_sum('keyed.numbers') }} as points,
        keyed.item_count - case when keyed.is_short_form then 1 else 0 end as items_expected,
        {{ list_least('keyed.numbers') }} < keyed.item_minimum or {{ list_greatest('keyed.numbers') }} > keyed.item_maximum as is_item_out_of_range,
        case
            when keyed.max_missing_in_subscale is not null
                then greatest(
                    {%- for place in range(1, 4) %}
                    {{ list_length('keyed.subscale_' ~ place) }} - {{ items_answered(items_at('keyed.numbers', 'keyed.subscale_' ~ place)) }}{{ ',' if not loop.last }}
                    {%- endfor %}
                ) > keyed.max_missing_in_subscale
            else false
        end as is_subscale_too_short
    from keyed
),

judged as (
    select
        counted.*,
        case
            when coalesce(counted.items_answered, 0) = 0 then null
            when counted.is_unreadable then 'unreadable_items'
            when counted.is_wrong_length then 'wrong_item_count'
            when counted.is_item_out_of_range then 'item_out_of_range'
            when counted.items_expected - counted.items_answered > counted.max_missing_items or counted.is_subscale_too_short then 'too_few_items'
            else 'valid'
        end as items_validity
    from counted
),

computed as (
    select
        judged.*,
        case
            when judged.items_validity <> 'valid' then null
            when judged.scoring = 'subscale_sum'
                then
                    {%- for place in range(1, 4) %}
                    {{ filled_subscale(items_at('judged.numbers', 'judged.subscale_' ~ place), list_length('judged.subscale_' ~ place), 'judged.prorated_decimals') }}
                    {{ '+' if not loop.last }}
                    {%- endfor %}
            else {{ total_from_items('judged.scoring', 'judged.points', 'judged.items_answered', 'judged.items_expected', 'judged.prorated_decimals') }}
        end as items_total,
        case
            when judged.items_validity = 'valid' then judged.points
            when judged.total_reported = floor(judged.total_reported) then judged.total_reported
        end as raw_total
    from judged
),

-- A short form is scaled to the range of the full one, so that it can be read; whether it may be compared is decided where pairs are made.
-- SWEMWBS: a whole number is a raw sum and goes through the table; anything else a system reports is already on the metric.
scaled as (
    select
        computed.*,
        cast(
            case
                when computed.scoring = 'metric_table' then case when computed.items_validity = 'valid' then conversions.metric_total end
                when computed.is_short_form then computed.items_total * computed.item_count / computed.items_expected
                else computed.items_total
            end as decimal(9, 3)
        ) as total_computed,
        case
            when computed.scoring = 'metric_table' then coalesce(conversions.metric_total, computed.total_reported)
            else computed.total_reported
        end as reported_on_scale
    from computed
    left join {{ ref('measure_conversions') }} as conversions
        on computed.measure_id = conversions.measure_id
        and computed.raw_total = conversions.raw_total
),

-- What the client answered can be computed again by anyone and what a system reported cannot: items hold over the reported total.
-- A reported total beside too few items is no score either, since it counted the blanks as zero.
settled as (
    select
        scaled.*,
        case
            when scaled.items_validity = 'valid'
                then case
                    when (scaled.is_short_form or scaled.scoring = 'metric_table') and scaled.total_reported = scaled.points then 'valid'
                    when abs(scaled.total_reported - scaled.total_computed) >= rules.total_tolerance then 'totals_differ'
                    else 'valid'
                end
            when scaled.items_validity is not null then scaled.items_validity
            when scaled.total_reported is null then 'no_total'
            when scaled.reported_on_scale < scaled.minimum or scaled.reported_on_scale > scaled.maximum then 'out_of_range'
            else 'valid'
        end as validity
    from scaled
    cross join rules
)

select
    clinic_id,
    source_system,
    score_key,
    episode_key,
    client_key,
    session_key,
    measure_id,
    rater,
    measured_on,
    measured_at,
    total_reported,
    total_computed,
    cast(points as decimal(9, 3)) as points,
    cast(case when items_validity in ('valid', 'too_few_items') then {{ list_item('numbers', 'risk_item') }} end as decimal(9, 3)) as risk_answer,
    case
        when validity not in ('valid', 'totals_differ') then null
        when items_validity = 'valid' then total_computed
        else cast(reported_on_scale as decimal(9, 3))
    end as total,
    items_answered,
    item_count,
    coalesce(items_validity = 'valid' and items_answered < item_count, false) as is_prorated,
    case when is_short_form then 'short' else 'full' end as form,
    validity
from settled
