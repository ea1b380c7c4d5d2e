{{ config(materialized='table') }}

{%- set most_items = 9 %}

-- The total and the answers of each administration from all of its parts. Answers come from the QuestionnaireResponse, else from the components of the
-- panel, else from observations of single items.
with parts as (
    select *
    from {{ ref('base_fhir_r4__score_parts') }}
),

answered as (
    select
        parts.clinic_id,
        parts.administration,
        parts.measure_id,
        parts.role,
        codes.role as answer_role,
        codes.item_number,
        split_part(split_part(concat(' ', parts.answers, ' '), concat(' ', codes.source_code, '='), 2), ' ', 1) as answer
    from parts
    inner join {{ ref('fhir_measure_codes') }} as codes
        on parts.measure_id = codes.measure_id
        and concat(' ', parts.answers) like concat('% ', codes.source_code, '=%')
    union all
    select
        clinic_id,
        administration,
        measure_id,
        role,
        'item' as answer_role,
        item_number,
        item_answer as answer
    from parts
    where role = 'item' and item_answer is not null
),

valued as (
    select
        answered.clinic_id,
        answered.administration,
        answered.measure_id,
        answered.role,
        answered.answer_role,
        answered.item_number,
        coalesce(answer_values.value, answered.answer) as answer
    from answered
    left join {{ ref('fhir_codes') }} as answer_values on answer_values.field = 'answer' and answered.answer = answer_values.source_code
),

items as (
    select
        clinic_id,
        administration,
        measure_id,
        item_number,
        coalesce(
            max(case when role = 'response' then answer end),
            max(case when role = 'panel' then answer end),
            max(answer)
        ) as answer
    from valued
    where answer_role = 'item'
    group by clinic_id, administration, measure_id, item_number
),

answer_lists as (
    select
        clinic_id,
        administration,
        measure_id,
        {%- for item in range(1, most_items + 1) %}
        coalesce(max(case when item_number = {{ item }} then answer end), '') as item_{{ item }}{{ ',' if not loop.last }}
        {%- endfor %}
    from items
    group by clinic_id, administration, measure_id
),

reported as (
    select
        clinic_id,
        administration,
        measure_id,
        max({{ parse_number('answer') }}) as total
    from valued
    where answer_role = 'total'
    group by clinic_id, administration, measure_id
),

observed as (
    select
        clinic_id,
        administration,
        measure_id,
        max(total) as total,
        count(distinct total) as totals,
        max(client_id) as client_id,
        max(encounter_id) as encounter_id,
        coalesce(max(case when role = 'total' then measured_utc end), max(measured_utc)) as measured_utc,
        coalesce(max(case when role = 'total' then measured_on end), max(measured_on)) as measured_on
    from parts
    group by clinic_id, administration, measure_id
)

select
    observed.clinic_id,
    observed.administration,
    observed.measure_id,
    observed.client_id,
    observed.encounter_id,
    observed.measured_utc,
    observed.measured_on,
    observed.totals,
    coalesce(observed.total, reported.total) as total,
    case observed.measure_id
        when 'gad7' then concat_ws(';'{% for item in range(1, 8) %}, item_{{ item }}{% endfor %})
        else concat_ws(';'{% for item in range(1, 10) %}, item_{{ item }}{% endfor %})
    end as items,
    answer_lists.clinic_id is not null as has_items
from observed
left join reported
    on observed.clinic_id = reported.clinic_id
    and observed.administration = reported.administration
    and observed.measure_id = reported.measure_id
left join answer_lists
    on observed.clinic_id = answer_lists.clinic_id
    and observed.administration = answer_lists.administration
    and observed.measure_id = answer_lists.measure_id
