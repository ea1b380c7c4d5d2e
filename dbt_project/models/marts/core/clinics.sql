with dates as (
    select
        clinic_id,
        cast(starts_at_local as date) as happened_on
    from {{ ref('sessions') }}
    where attendance <> 'scheduled'
    union all
    select
        clinic_id,
        measured_on as happened_on
    from {{ ref('measure_scores') }}
    union all
    select
        clinic_id,
        ended_on as happened_on
    from {{ ref('episodes') }}
    where ended_on is not null
),

covered as (
    select
        clinic_id,
        max(happened_on) as data_through_on
    from dates
    group by clinic_id
)

select
    clinics.clinic_id,
    clinics.name,
    clinics.time_zone,
    clinics.roll_up,
    clinics.systems,
    covered.clinic_id is not null as has_data,
    covered.data_through_on
from {{ source('inputs', 'clinics') }} as clinics
left join covered on clinics.clinic_id = covered.clinic_id
