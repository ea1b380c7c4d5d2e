-- Deliveries that were refused in the last twelve months, why, and whether a later one took their place.
-- A delivery is refused as a whole; the longest of its files' reasons names all that was wrong.
with deliveries as (
    select
        clinic_id,
        source_system,
        delivery,
        delivered_on,
        decision,
        first(reason order by length(reason) desc, reason) as reason
    from ops.deliveries
    where decision in ('admitted', 'refused')
    group by clinic_id, source_system, delivery, delivered_on, decision
)

select
    refused.clinic_id,
    refused.source_system,
    refused.delivery,
    refused.delivered_on,
    refused.reason,
    not exists (
        select 1
        from deliveries as later
        where
            later.clinic_id = refused.clinic_id
            and later.source_system = refused.source_system
            and later.delivered_on > refused.delivered_on
            and later.decision = 'admitted'
    ) as is_missing
from deliveries as refused
where
    refused.decision = 'refused'
    and refused.delivered_on >= $month - interval 11 month
    and refused.clinic_id in $clinics
order by refused.clinic_id, refused.delivered_on desc, refused.source_system, refused.delivery
