with staged as (
    {{ staged_row_states() }}
),

orphaned as (
    {%- for entity in ['episodes', 'sessions', 'scores', 'goals', 'goal_ratings', 'consultation_items', 'reviews'] %}
    select
        clinic_id,
        source_system,
        raw_table,
        file_sha256,
        source_line,
        row_reason,
        row_column
    from {{ ref('int_' ~ entity ~ '_orphaned') }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

states as (
    select
        clinic_id,
        source_system,
        raw_table,
        file_sha256,
        source_line,
        row_state,
        row_reason,
        row_column
    from staged
    where row_state <> 'current'
    union all
    select
        clinic_id,
        source_system,
        raw_table,
        file_sha256,
        source_line,
        'quarantined' as row_state,
        row_reason,
        row_column
    from orphaned
)

select
    clinic_id,
    source_system,
    raw_table,
    file_sha256,
    source_line,
    row_state,
    row_reason,
    row_column
from states
