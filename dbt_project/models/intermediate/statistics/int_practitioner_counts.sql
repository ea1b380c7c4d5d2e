{{ config(materialized='table') }}

{#- What a therapist's work can be seen in: how people ended up, and whether they stayed. -#}
{%- set shown_by_practitioner = ['reliable_improvement', 'reliable_deterioration', 'unplanned_ending'] -%}

-- Under the external profile nobody is counted: a therapist is a person too.
with counted as (
    select
        items.indicator_id,
        episodes.clinic_id,
        episodes.practitioner_key,
        items.is_numerator
    from {{ ref('int_indicator_rows') }} as items
    inner join {{ ref('episodes') }} as episodes on items.item_key = episodes.episode_key
    cross join {{ source('inputs', 'parameters') }} as run
    cross join {{ ref('int_benchmark_parameters') }} as parameters
    where
        items.indicator_id in ('{{ shown_by_practitioner | join("', '") }}')
        and not items.is_excluded
        and items.counted_on <= run.as_of
        and items.counted_on < run.month + interval 1 month
        and items.counted_on >= run.month - to_months(cast(parameters.practitioner_months - 1 as integer))
        and run.disclosure = 'internal'
),

by_practitioner as (
    select
        clinic_id,
        practitioner_key,
        indicator_id,
        count(*) filter (where is_numerator) as numerator,
        count(*) as denominator,
        count(*) filter (where is_numerator is null) as missing
    from counted
    group by clinic_id, practitioner_key, indicator_id
)

select
    clinic_id,
    practitioner_key,
    indicator_id,
    numerator,
    denominator,
    missing,
    sum(numerator) over whole_clinic / sum(denominator) over whole_clinic as clinic_rate
from by_practitioner
window whole_clinic as (partition by clinic_id, indicator_id)
