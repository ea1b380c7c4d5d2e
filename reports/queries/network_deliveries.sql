-- The deliveries of the last twelve months, one row a clinic and system, refused ones first: files and rows read, admitted and set aside.
select
    clinic_id,
    source_system,
    max(delivered_on) as delivered_on,
    count(distinct delivery) as deliveries,
    count(*) as files,
    count(*) filter (where decision = 'refused') as files_refused,
    coalesce(sum(rows_read), 0)::bigint as rows_read,
    coalesce(sum(rows_admitted), 0)::bigint as rows_admitted,
    coalesce(sum(rows_rejected), 0)::bigint as rows_rejected
from ops.deliveries
where delivered_on >= $month - interval 11 month
group by clinic_id, source_system
order by files_refused desc, clinic_id, source_system
