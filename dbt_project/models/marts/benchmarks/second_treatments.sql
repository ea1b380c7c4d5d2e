with treatments as (
    select
        clinic_id,
        cast(starts_at_local as date) as treated_on,
        row_number() over course as number,
        lag(cast(starts_at_local as date)) over course as previous_on
    from {{ ref('sessions') }}
    where is_treatment and is_attended and not is_after_ending
    window course as (partition by episode_key order by starts_at, session_key)
)

select
    treatments.clinic_id,
    cast(date_trunc('month', treatments.treated_on) as date) as month,
    count(*) as second_treatments,
    count(*) filter (where {{ days_between('treatments.previous_on', 'treatments.treated_on') }} > 28) as over_28_days,
    count(*) filter (where {{ days_between('treatments.previous_on', 'treatments.treated_on') }} > 90) as over_90_days
from treatments
cross join {{ source('inputs', 'parameters') }} as parameters
where treatments.number = 2 and cast(date_trunc('month', treatments.treated_on) as date) <= parameters.month
group by all
