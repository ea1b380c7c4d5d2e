-- Files that were refused in the last twelve months, why, and whether a later file of the same kind took their place.
select
    refused.clinic_id,
    refused.source_system,
    refused.delivery,
    refused.delivered_on,
    refused.file,
    refused.rows_read,
    refused.reason,
    not exists (
        select 1
        from ops.deliveries as later
        where
            later.clinic_id = refused.clinic_id
            and later.source_system = refused.source_system
            and later.delivered_on > refused.delivered_on
            and later.decision in ('admitted', 'unchanged')
    ) as is_missing
from ops.deliveries as refused
where
    refused.decision = 'refused'
    and refused.delivered_on >= $month - interval 11 month
    and refused.clinic_id in $clinics
order by refused.clinic_id, refused.delivered_on desc, refused.source_system, refused.file
