-- Each indicator is a table of clinics by numerator, missing and the rest, of which the rest is never published. Indicators of one partition make one
-- table in which every part is published, so that its rest is known to be zero and protects nothing.
with reported as (
    select
        counts.clinic_id,
        counts.indicator_id,
        coalesce(indicators.partition, counts.indicator_id) as table_id,
        indicators.partition is not null as is_partition,
        indicators.direction,
        counts.numerator,
        counts.denominator,
        counts.missing
    from {{ ref('int_clinic_counts') }} as counts
    inner join {{ ref('indicators') }} as indicators on indicators.indicator_id = counts.indicator_id
    cross join {{ source('inputs', 'parameters') }} as run
    where counts.month = run.month and counts.span = 'rolling_12' and counts.is_applicable and counts.denominator > 0
)

-- A whole group with an unwelcome attribute gives away each of its members, however large it is.
select
    table_id,
    clinic_id,
    indicator_id as part,
    numerator as people,
    true as is_published,
    direction = 'lower_is_better' and numerator = denominator as is_whole_group
from reported
union all
select distinct
    table_id,
    clinic_id,
    'missing' as part,
    missing as people,
    true as is_published,
    false as is_whole_group
from reported
union all
select
    table_id,
    clinic_id,
    'rest' as part,
    denominator - numerator - missing as people,
    false as is_published,
    false as is_whole_group
from reported
where not is_partition
