{# Which entities a clinic's practice systems can export at all, from the variable `systems`. #}
{%- set offers = [] -%}
{%- for system, entities in var('systems').items() | sort -%}
    {%- for entity in entities -%}{%- do offers.append((system, entity)) -%}{%- endfor -%}
{%- endfor -%}

with offered as (
    {%- for system, entity in offers %}
    select '{{ system }}' as source_system, '{{ entity }}' as entity
    {{ 'union all' if not loop.last }}
    {%- else %}
    select cast(null as string) as source_system, cast(null as string) as entity where false
    {%- endfor %}
),

-- a clinic's own mapping says what it has: only tables that were read count
mapped_tables as (
    select distinct
        clinic_id,
        table_name
    from {{ source('inputs', 'raw_files') }}
    where source_system = 'mapped'
),

exportable as (
    select
        clinics.clinic_id,
        offered.entity
    from {{ ref('clinics') }} as clinics
    inner join offered on list_contains(string_split(clinics.systems, ','), offered.source_system)
    left join mapped_tables on clinics.clinic_id = mapped_tables.clinic_id and offered.entity = mapped_tables.table_name
    where offered.source_system <> 'mapped' or mapped_tables.table_name is not null
),

-- what no record of the clinic has ever held is told by none of its systems, or written down by nobody
held as (
    select
        clinic_id,
        'late_cancellations' as entity
    from {{ ref('sessions') }}
    where attendance = 'cancelled_late_by_client'

    union all

    select
        clinic_id,
        'closing_notices' as entity
    from {{ ref('episodes') }}
    where has_closing_notice is not null

    union all

    select
        scores.clinic_id,
        'alliance_scores' as entity
    from {{ ref('measure_scores') }} as scores
    inner join {{ ref('int_measures') }} as measures on scores.measure_id = measures.measure_id
    where measures.axis = 'alliance'
)

select
    clinic_id,
    entity
from exportable

union

select
    clinic_id,
    entity
from held
