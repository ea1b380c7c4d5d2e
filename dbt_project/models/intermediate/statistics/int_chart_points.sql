-- A month is drawn where a clinic has enough rows a month, else a quarter; complete quarters only.
with parameters as (
    select minimum_denominator_shown as minimum_denominator
    from {{ ref('int_benchmark_parameters') }}
),

counted as (
    select
        clinic_id,
        indicator_id,
        month,
        numerator,
        denominator,
        min(month) filter (where denominator > 0) over (partition by clinic_id, indicator_id) as first_month,
        max(month) over () as last_month
    from {{ ref('int_clinic_counts') }}
    where span = 'month' and is_applicable
),

periods as (
    select
        clinic_id,
        indicator_id,
        'month' as grain,
        month as period,
        numerator,
        denominator
    from counted
    where month >= first_month
    union all
    select
        clinic_id,
        indicator_id,
        'quarter' as grain,
        cast(date_trunc('quarter', month) as date) as period,
        sum(numerator) as numerator,
        sum(denominator) as denominator
    from counted
    where date_trunc('quarter', month) >= first_month and date_trunc('quarter', month) + interval 2 month <= last_month
    group by clinic_id, indicator_id, date_trunc('quarter', month)
),

judged as (
    select
        periods.clinic_id,
        periods.indicator_id,
        periods.grain,
        periods.period,
        periods.numerator,
        periods.denominator,
        parameters.minimum_denominator,
        avg(periods.denominator) over (partition by periods.clinic_id, periods.indicator_id, periods.grain)
        >= parameters.minimum_denominator as is_large_enough
    from periods
    cross join parameters
),

chosen as (
    select
        clinic_id,
        indicator_id,
        min(grain) as grain
    from judged
    where is_large_enough
    group by clinic_id, indicator_id
)

select
    judged.clinic_id,
    judged.indicator_id,
    judged.grain,
    judged.period,
    (
        select count(*)
        from {{ ref('control_chart_rebases') }} as rebases
        where
            rebases.clinic_id = judged.clinic_id
            and rebases.indicator_id = judged.indicator_id
            and rebases.rebased_on <= judged.period
    ) as segment,
    cast(judged.numerator as bigint) as numerator,
    cast(judged.denominator as bigint) as denominator,
    judged.numerator / judged.denominator as rate
from judged
inner join chosen using (clinic_id, indicator_id, grain)
where judged.denominator >= judged.minimum_denominator
