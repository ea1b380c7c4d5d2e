{{ config(materialized='table') }}

with counted as (
    select
        indicators.indicator_id,
        indicators.clinic_id,
        cast(date_trunc('month', indicators.counted_on) as date) as month,
        indicators.is_numerator,
        indicators.is_excluded
    from {{ ref('int_indicator_rows') }} as indicators
    cross join {{ source('inputs', 'parameters') }} as parameters
    where
        indicators.counted_on <= parameters.as_of
        and cast(date_trunc('month', indicators.counted_on) as date) <= parameters.month
)

select
    clinic_id,
    month,
    indicator_id,
    count(*) filter (where is_numerator and not is_excluded) as numerator,
    count(*) filter (where not is_excluded) as denominator,
    count(*) filter (where is_numerator is null and not is_excluded) as missing,
    count(*) filter (where is_excluded) as excluded
from counted
group by clinic_id, month, indicator_id
