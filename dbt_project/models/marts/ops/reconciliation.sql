with raw_files as (
    select
        clinic_id,
        source_system,
        table_name,
        cast(sum({{ adapter.quote('rows') }}) as bigint) as rows_raw,
        cast(sum(case when not is_admitted then {{ adapter.quote('rows') }} else 0 end) as bigint) as rows_refused,
        cast(sum(case when is_admitted and not is_current then {{ adapter.quote('rows') }} else 0 end) as bigint) as rows_replaced,
        cast(sum(case when is_current then {{ adapter.quote('rows') }} else 0 end) as bigint) as rows_holding
    from {{ source('inputs', 'raw_files') }}
    group by clinic_id, source_system, table_name
),

states as (
    select
        clinic_id,
        source_system,
        raw_table,
        sum(case when row_state = 'superseded' then 1 else 0 end) as rows_superseded,
        sum(case when row_state = 'quarantined' then 1 else 0 end) as rows_quarantined
    from {{ ref('int_row_states') }}
    group by clinic_id, source_system, raw_table
),

counted as (
    select
        raw_files.clinic_id,
        raw_files.source_system,
        raw_files.table_name,
        raw_files.rows_raw,
        raw_files.rows_refused,
        raw_files.rows_replaced,
        coalesce(states.rows_superseded, 0) as rows_superseded,
        coalesce(states.rows_quarantined, 0) as rows_quarantined,
        coalesce(staged.rows_staged, 0) as rows_staged,
        raw_files.rows_holding
    from raw_files
    left join states
        on raw_files.clinic_id = states.clinic_id
        and raw_files.source_system = states.source_system
        and raw_files.table_name = states.raw_table
    left join {{ ref('int_staged_counts') }} as staged
        on raw_files.clinic_id = staged.clinic_id
        and raw_files.source_system = staged.source_system
        and raw_files.table_name = staged.raw_table
)

select
    clinic_id,
    source_system,
    table_name,
    rows_raw,
    rows_refused,
    cast(rows_replaced + rows_superseded as bigint) as rows_superseded,
    cast(rows_quarantined as bigint) as rows_quarantined,
    cast(rows_staged - rows_superseded - rows_quarantined as bigint) as rows_current,
    cast(rows_holding - rows_staged as bigint) as difference
from counted
