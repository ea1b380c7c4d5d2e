-- Every day of the months that have figures, which MetricFlow joins to.
select cast(days.day as date) as day
from (
    select unnest(generate_series(min(month), max(month) + interval 1 month - interval 1 day, interval 1 day)) as day
    from {{ ref('network_months') }}
) as days
