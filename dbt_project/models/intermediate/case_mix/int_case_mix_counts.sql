select
    indicators.clinic_id,
    cast(date_trunc('month', indicators.counted_on) as date) as month,
    indicators.indicator_id,
    covariates.baseline_measure_id,
    covariates.baseline_severity,
    covariates.age_band,
    covariates.gender,
    covariates.employment,
    covariates.problem,
    covariates.deprivation,
    count(*) as cases,
    count(*) filter (where indicators.is_numerator) as events
from {{ ref('int_indicator_rows') }} as indicators
inner join {{ ref('int_case_mix_covariates') }} as covariates on covariates.episode_key = indicators.item_key
cross join {{ source('inputs', 'parameters') }} as parameters
where
    indicators.indicator_id in ('{{ case_mix_indicators() | join("', '") }}')
    and not indicators.is_excluded
    and indicators.is_numerator is not null
    and indicators.counted_on <= parameters.as_of
    and cast(date_trunc('month', indicators.counted_on) as date) <= parameters.month
group by
    indicators.clinic_id,
    cast(date_trunc('month', indicators.counted_on) as date),
    indicators.indicator_id,
    covariates.baseline_measure_id,
    covariates.baseline_severity,
    covariates.age_band,
    covariates.gender,
    covariates.employment,
    covariates.problem,
    covariates.deprivation
