select
    clinic_id,
    month,
    indicator_id,
    version,
    sum(cases * probability) as expected,
    sum(cases * probability * (1 - probability)) as variance
from {{ ref('int_case_mix_predictions') }}
group by clinic_id, month, indicator_id, version
