with months as (
    select cast(unnest(generate_series(first_month, last_month, interval 1 month)) as date) as month
    from (
        select
            parameters.month as last_month,
            coalesce(min(counts.month), parameters.month) as first_month
        from {{ source('inputs', 'parameters') }} as parameters
        cross join {{ ref('int_benchmark_parameters') }} as benchmark_parameters
        left join {{ ref('int_indicator_counts') }} as counts
            on counts.month > parameters.month - to_months(cast(benchmark_parameters.history_months as integer))
        group by parameters.month
    )
),

places as (
    select
        clinics.clinic_id,
        indicators.indicator_id,
        clinic_entities.entity is not null
        and (indicators.roll_up is null or indicators.roll_up = clinics.roll_up) as is_applicable
    from {{ ref('clinics') }} as clinics
    cross join {{ ref('indicators') }} as indicators
    left join {{ ref('int_clinic_entities') }} as clinic_entities
        on clinic_entities.clinic_id = clinics.clinic_id and clinic_entities.entity = indicators.needs
),

by_month as (
    select
        places.clinic_id,
        months.month,
        places.indicator_id,
        places.is_applicable,
        coalesce(counts.numerator, 0) as numerator,
        coalesce(counts.denominator, 0) as denominator,
        coalesce(counts.missing, 0) as missing,
        coalesce(counts.excluded, 0) as excluded,
        case_mix.expected,
        case_mix.variance as expected_variance
    from places
    cross join months
    left join {{ ref('int_indicator_counts') }} as counts
        on counts.clinic_id = places.clinic_id
        and counts.indicator_id = places.indicator_id
        and counts.month = months.month
    left join {{ ref('int_case_mix_expected') }} as case_mix
        on case_mix.clinic_id = places.clinic_id
        and case_mix.indicator_id = places.indicator_id
        and case_mix.month = months.month
),

by_year as (
    select
        clinic_id,
        month,
        indicator_id,
        is_applicable,
        sum(numerator) over last_twelve as numerator,
        sum(denominator) over last_twelve as denominator,
        sum(missing) over last_twelve as missing,
        sum(excluded) over last_twelve as excluded,
        sum(expected) over last_twelve as expected,
        sum(expected_variance) over last_twelve as expected_variance
    from by_month
    window last_twelve as (
        partition by clinic_id, indicator_id order by month rows between 11 preceding and current row
    )
),

spans as (
    select 'month' as span, * from by_month
    union all
    select 'rolling_12' as span, * from by_year
)

select
    clinic_id,
    month,
    span,
    indicator_id,
    is_applicable,
    cast(numerator as bigint) as numerator,
    cast(denominator as bigint) as denominator,
    cast(missing as bigint) as missing,
    cast(excluded as bigint) as excluded,
    expected,
    expected_variance
from spans
