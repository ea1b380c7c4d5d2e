-- Sums of decimals are exact, so that means and deviations come out the same whatever the order of the rows.
with sums as (
    select
        changes.measure_id,
        changes.rater,
        cast(count(*) as double) as pairs,
        cast(sum(changes.first_score) as double) as firsts,
        cast(sum(changes.last_score) as double) as lasts,
        cast(sum(cast(changes.first_score * changes.first_score as decimal(18, 6))) as double) as squares_first,
        cast(sum(cast(changes.last_score * changes.last_score as decimal(18, 6))) as double) as squares_last,
        cast(sum(cast(changes.first_score * changes.last_score as decimal(18, 6))) as double) as products
    from {{ ref('int_measure_changes') }} as changes
    inner join {{ ref('episodes') }} as episodes on changes.episode_key = episodes.episode_key
    where changes.has_pair and episodes.ended_on is not null
    group by changes.measure_id, changes.rater
),

spread as (
    select
        measure_id,
        rater,
        pairs,
        firsts / pairs as mean_first,
        lasts / pairs as mean_last,
        sqrt(greatest(squares_first - firsts * firsts / pairs, 0) / nullif(pairs - 1, 0)) as sd_first,
        sqrt(greatest(squares_last - lasts * lasts / pairs, 0) / nullif(pairs - 1, 0)) as sd_last,
        (products - firsts * lasts / pairs) / nullif(pairs - 1, 0) as covariance
    from sums
),

described as (
    select
        spread.measure_id,
        spread.rater,
        spread.pairs,
        spread.mean_first,
        spread.mean_last,
        spread.sd_first,
        spread.sd_last,
        spread.covariance / (nullif(spread.sd_first, 0) * nullif(spread.sd_last, 0)) as correlation,
        measures.norm_reliability as reliability,
        case when measures.norm_reliability is not null then coalesce(measures.reliability_kind, 'as network.yaml states it') end as reliability_kind
    from spread
    inner join {{ ref('int_measures') }} as measures on spread.measure_id = measures.measure_id
)

select
    measure_id,
    rater,
    cast(pairs as bigint) as pairs,
    round(mean_first, 6) as mean_first,
    round(sd_first, 6) as sd_first,
    round(mean_last, 6) as mean_last,
    round(sd_last, 6) as sd_last,
    round(correlation, 6) as correlation,
    reliability,
    reliability_kind,
    round({{ reliability_of_difference('sd_first', 'sd_last', 'reliability', 'correlation') }}, 6) as difference_reliability
from described
