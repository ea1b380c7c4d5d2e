-- A clinic's deliveries of the last twelve months, the newest first: files and rows read, admitted and set aside.
select
    clinic_id,
    source_system,
    delivery,
    delivered_on,
    1 as deliveries,
    count(*) as files,
    count(*) filter (where decision = 'refused') as files_refused,
    coalesce(sum(rows_read), 0)::bigint as rows_read,
    coalesce(sum(rows_admitted), 0)::bigint as rows_admitted,
    coalesce(sum(rows_rejected), 0)::bigint as rows_rejected
from ops.deliveries
where
    delivered_on >= $month - interval 11 month
    and clinic_id in $clinics
group by clinic_id, source_system, delivery, delivered_on
order by clinic_id, delivered_on desc, source_system, delivery
