-- Is every row of every export accounted for? The difference must be zero everywhere.
select
    source_system,
    table_name,
    sum(rows_raw) as raw,
    sum(rows_current) as counted,
    sum(rows_superseded) as superseded,
    sum(rows_quarantined) as quarantined,
    sum(rows_refused) as refused,
    sum(difference) as difference
from ops.reconciliation
group by source_system, table_name
order by source_system, table_name
