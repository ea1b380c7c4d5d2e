with arrived as (
    select distinct
        deliveries.clinic_id,
        deliveries.source_system || '/' || deliveries.delivery as delivery
    from {{ source('inputs', 'deliveries') }} as deliveries
    cross join (select max(as_of) as as_of from {{ source('inputs', 'earlier_figures') }}) as earlier
    cross join {{ source('inputs', 'parameters') }} as run
    where
        deliveries.decision = 'admitted'
        and deliveries.is_current
        and deliveries.delivered_on > earlier.as_of
        and deliveries.delivered_on <= run.as_of
),

delivered as (
    select
        clinic_id,
        string_agg(delivery, ', ' order by delivery) as deliveries
    from arrived
    group by clinic_id
)

select
    now.clinic_id,
    now.indicator_id,
    now.month,
    earlier.release_id as earlier_release,
    earlier.as_of as earlier_as_of,
    earlier.numerator as earlier_numerator,
    earlier.denominator as earlier_denominator,
    earlier.missing as earlier_missing,
    now.numerator,
    now.denominator,
    now.missing,
    delivered.deliveries,
    case
        when delivered.deliveries is null and earlier.is_same_code then 'other'
        when delivered.deliveries is null then 'rules'
        when earlier.is_same_code then 'deliveries'
        else 'deliveries_and_rules'
    end as cause
from {{ ref('clinic_months') }} as now
inner join {{ source('inputs', 'earlier_figures') }} as earlier
    on earlier.clinic_id = now.clinic_id
    and earlier.indicator_id = now.indicator_id
    and earlier.month = now.month
left join delivered on delivered.clinic_id = now.clinic_id
where
    now.span = 'month'
    and now.state in ('shown', 'too_few')
    and (
        earlier.numerator <> now.numerator
        or earlier.denominator <> now.denominator
        or earlier.missing <> now.missing
    )
