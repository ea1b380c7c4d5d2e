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
)

select distinct
    clinics.clinic_id,
    offered.entity
from {{ ref('clinics') }} as clinics
inner join offered on list_contains(string_split(clinics.systems, ','), offered.source_system)
