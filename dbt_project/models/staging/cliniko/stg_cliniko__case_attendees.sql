-- A case lists its attendees anew each time: those that its newest version does not list belong to it no longer.
with judged as (
    select
        clinic_id,
        'cliniko' as source_system,
        'case_attendees' as raw_table,
        file_sha256,
        source_line,
        delivered_order,
        updated_at,
        case_id,
        attendee_id,
        {{ row_problem([missing('case_id'), missing('attendee_id')]) }}
    from {{ source('raw_cliniko', 'case_attendees') }}
),

{%- set columns = ['clinic_id', 'source_system', 'raw_table', 'file_sha256', 'source_line', 'case_id', 'attendee_id'] %}

{{ settle_rows('judged', columns, ['case_id', 'attendee_id'], version='updated_at') }},

cases as (
    select
        clinic_id,
        file_sha256,
        source_line,
        case_id
    from {{ ref('base_cliniko__cases') }}
    where row_state = 'current'
),

listed as (
    select
        settled.*,
        cases.case_id is not null as is_listed
    from settled
    left join cases
        on settled.clinic_id = cases.clinic_id
        and settled.file_sha256 = cases.file_sha256
        and settled.source_line = cases.source_line
        and settled.case_id = cases.case_id
)

select
    {{ columns | join(',\n    ') }},
    case when row_state = 'current' and not is_listed then 'superseded' else row_state end as row_state,
    case when row_state = 'current' and not is_listed then 'no longer among the attendees of the case' else row_reason end as row_reason,
    row_column
from listed
