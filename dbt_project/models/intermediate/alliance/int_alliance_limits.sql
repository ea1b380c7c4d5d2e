with rules as (
    {{ rules([
        'alliance_rupture_prior_scores', 'alliance_possible_rupture_sd', 'alliance_definite_rupture_sd', 'alliance_sd_floor',
        'alliance_xmr_prior_scores', 'alliance_xmr_factor', 'alliance_repair_share']) }}
),

earlier as (
    select
        episode_key,
        clinic_id,
        measure_id,
        rater,
        position,
        level,
        span,
        earlier_scores,
        cast(earlier_sum as double) / earlier_scores as mean_level,
        sqrt(
            greatest(cast(earlier_squares as double) - cast(earlier_sum as double) * cast(earlier_sum as double) / earlier_scores, 0)
            / nullif(earlier_scores - 1, 0)
        ) as own_sd,
        cast(earlier_steps as double) / nullif(earlier_scores - 1, 0) as mean_step
    from {{ ref('int_alliance_scores') }}
    where earlier_scores > 0
),

-- The stricter of how much this client and how much clients differ, so that neither a steady nor a varied client sets off alarms too easily.
spreads as (
    select
        earlier.episode_key,
        earlier.measure_id,
        earlier.rater,
        earlier.position,
        earlier.earlier_scores,
        earlier.mean_level,
        earlier.mean_step,
        greatest(earlier.own_sd, coalesce(norms.network_sd, 0), rules.alliance_sd_floor * earlier.span) as sd
    from earlier
    inner join {{ ref('int_alliance_norms') }} as norms using (measure_id, rater)
    cross join rules
)

-- Rounded to a thousandth of a point, so that every engine gives the same verdict on a score at the limit.
select
    spreads.episode_key,
    spreads.measure_id,
    spreads.rater,
    spreads.position,
    cast(round(spreads.mean_level, 3) as decimal(9, 3)) as mean_level,
    cast(round(spreads.sd, 3) as decimal(9, 3)) as sd,
    case
        when spreads.earlier_scores >= rules.alliance_rupture_prior_scores
            then cast(round(spreads.mean_level - rules.alliance_possible_rupture_sd * spreads.sd, 3) as decimal(9, 3))
    end as possible_limit,
    case
        when spreads.earlier_scores >= rules.alliance_rupture_prior_scores
            then cast(round(spreads.mean_level - rules.alliance_definite_rupture_sd * spreads.sd, 3) as decimal(9, 3))
    end as definite_limit,
    cast(round(spreads.mean_level - rules.alliance_repair_share * spreads.sd, 3) as decimal(9, 3)) as repair_level,
    case
        when spreads.earlier_scores >= rules.alliance_xmr_prior_scores
            then cast(round(spreads.mean_level - rules.alliance_xmr_factor * spreads.mean_step, 3) as decimal(9, 3))
    end as chart_limit
from spreads
cross join rules
