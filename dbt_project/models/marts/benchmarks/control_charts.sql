with targets as (
    select indicator_id, max_by(rate, benchmark_id) as target
    from {{ ref('published_benchmarks') }}
    where kind = 'target' and is_comparable and is_verified and rate is not null
    group by indicator_id
),

ordered as (
    select
        points.*,
        row_number() over series as position,
        lag(points.period) over series as previous_period,
        abs(points.rate - lag(points.rate) over series) as moving_range,
        sign(points.rate - lag(points.rate) over series) as step,
        parameters.chart_baseline_points as baseline_points,
        parameters.chart_shift_points as shift_points,
        parameters.chart_trend_points as trend_points,
        parameters.chart_limit_factor as limit_factor,
        parameters.chart_screening_factor as screening_factor
    from {{ ref('int_chart_points') }} as points
    cross join {{ ref('int_benchmark_parameters') }} as parameters
    window series as (partition by points.clinic_id, points.indicator_id, points.segment order by points.period)
),

averaged as (
    select
        *,
        count(*) over series as points,
        avg(rate) filter (where position <= baseline_points) over series as mean,
        avg(moving_range) filter (where position <= baseline_points) over series as mean_moving_range
    from ordered
    window series as (partition by clinic_id, indicator_id, segment)
),

-- A jump that is no part of the usual variation may not widen the limits. A screening factor of 0 keeps every jump.
screened as (
    select
        *,
        limit_factor * avg(moving_range) filter (
            where position <= baseline_points
            and (screening_factor = 0 or mean_moving_range = 0 or moving_range < screening_factor * mean_moving_range)
        ) over (partition by clinic_id, indicator_id, segment) as reach
    from averaged
),

placed as (
    select
        *,
        sign(rate - mean) as side,
        coalesce(abs(rate - mean) > reach, false) as is_outside,
        coalesce(abs(rate - mean) > reach * 2 / 3 and abs(rate - mean) <= reach, false) as is_close
    from screened
),

-- What is complete at each point: so many points on one side, so many one way, two of three close to a limit.
completed as (
    select
        *,
        side is distinct from lag(side) over series as is_other_side,
        step is distinct from lag(step) over series as is_other_way,
        count(*) over shift = shift_points and abs(sum(side) over shift) = shift_points as completes_shift,
        count(step) over trend = trend_points - 1 and abs(sum(step) over trend) = trend_points - 1 as completes_trend,
        abs(sum(side) over three) = 3 and count(*) filter (where is_close) over three >= 2 as completes_close
    from placed
    window
        series as (partition by clinic_id, indicator_id, segment order by period),
        shift as (partition by clinic_id, indicator_id, segment order by period rows between shift_points - 1 preceding and current row),
        trend as (partition by clinic_id, indicator_id, segment order by period rows between trend_points - 2 preceding and current row),
        three as (partition by clinic_id, indicator_id, segment order by period rows between 2 preceding and current row)
),

flagged as (
    select
        *,
        bool_or(completes_shift) over (following rows between current row and shift_points - 1 following) as is_shift,
        bool_or(completes_trend) over (following rows between current row and trend_points - 1 following) as is_trend,
        bool_or(completes_trend and step > 0) over (following rows between current row and trend_points - 1 following) as is_rise,
        is_close and bool_or(completes_close) over (following rows between current row and 2 following) as is_near_limit,
        max(period) filter (where is_other_side) over following as side_since,
        max(previous_period) filter (where is_other_way) over following as way_since
    from completed
    window following as (partition by clinic_id, indicator_id, segment order by period)
)

select
    flagged.clinic_id,
    flagged.indicator_id,
    flagged.grain,
    flagged.period as month,
    cast(flagged.segment as integer) as segment,
    flagged.position,
    flagged.numerator,
    flagged.denominator,
    flagged.rate,
    flagged.position <= flagged.baseline_points as is_baseline,
    flagged.points < flagged.baseline_points as is_trial,
    flagged.mean,
    flagged.mean - flagged.reach as lower_limit,
    flagged.mean + flagged.reach as upper_limit,
    flagged.mean - flagged.reach * 2 / 3 as lower_two_thirds,
    flagged.mean + flagged.reach * 2 / 3 as upper_two_thirds,
    flagged.is_outside,
    flagged.is_shift,
    flagged.is_trend,
    flagged.is_near_limit,
    case
        when flagged.is_shift then 'lasting_shift'
        when flagged.is_rise then 'steady_rise'
        when flagged.is_trend then 'steady_fall'
        when flagged.is_outside then 'unusual'
        when flagged.is_near_limit then 'near_limit'
        else 'none'
    end as signal,
    case when flagged.side > 0 then 'above' when flagged.side < 0 then 'below' else 'on' end as side,
    case
        when flagged.is_shift then flagged.side_since
        when flagged.is_trend and (flagged.step > 0) is distinct from flagged.is_rise then flagged.period
        when flagged.is_trend then flagged.way_since
    end as since,
    targets.target,
    case
        when indicators.direction = 'neutral' or targets.target is null or flagged.reach is null then null
        when targets.target > flagged.mean + flagged.reach
            then case indicators.direction when 'higher_is_better' then 'consistently_fails' else 'consistently_passes' end
        when targets.target < flagged.mean - flagged.reach
            then case indicators.direction when 'higher_is_better' then 'consistently_passes' else 'consistently_fails' end
        else 'hit_and_miss'
    end as assurance
from flagged
inner join {{ ref('indicators') }} as indicators on indicators.indicator_id = flagged.indicator_id
left join targets on targets.indicator_id = flagged.indicator_id
