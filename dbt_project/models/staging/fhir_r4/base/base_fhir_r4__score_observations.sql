{{ config(materialized='table') }}

with typed as (
    select
        observations.clinic_id,
        observations.file_sha256,
        observations.source_line,
        observations.delivered_order,
        observations.last_updated,
        observations.observation_id,
        observations.client_id,
        observations.encounter_id,
        observations.status,
        observations.measured_at,
        observations.value,
        observations.answers,
        observations.member_ids,
        observations.response_id,
        codes.measure_id,
        codes.role,
        codes.item_number,
        -- 14/27 is 14 of at most 27
        {{ parse_number("split_part(observations.value, '/', 1)") }} as value_number,
        answer_values.value as answer_value,
        {{ utc_from_text('observations.measured_at', 'clinics.time_zone') }} as measured_utc,
        clinics.time_zone
    from {{ source('raw_fhir_r4', 'score_observations') }} as observations
    inner join {{ source('inputs', 'clinics') }} as clinics on observations.clinic_id = clinics.clinic_id
    left join {{ ref('fhir_measure_codes') }} as codes on observations.code = codes.source_code
    left join {{ ref('fhir_codes') }} as answer_values on answer_values.field = 'answer' and observations.answer = answer_values.source_code
),

judged as (
    select
        clinic_id,
        'fhir_r4' as source_system,
        'score_observations' as raw_table,
        file_sha256,
        source_line,
        delivered_order,
        last_updated,
        observation_id,
        client_id,
        encounter_id,
        response_id,
        member_ids,
        measure_id,
        role,
        item_number,
        case when length(measured_at) > 10 then measured_utc end as measured_utc,
        cast({{ local_from_utc('measured_utc', 'time_zone') }} as date) as measured_on,
        case when role = 'total' then value_number end as total,
        case when role = 'item' then coalesce(answer_value, value) end as item_answer,
        case when role = 'panel' then answers end as panel_answers,
        case
            when status = 'entered-in-error' then 'entered in error'
            when status not in ('final', 'amended', 'corrected') then 'not a final result'
        end as left_out_reason,
        {{ row_problem([
            missing('observation_id'),
            missing('status'),
            missing('client_id'),
            not_a_time('measured_at', 'measured_utc'),
            ('value', "role = 'total' and value is null and status in ('final', 'amended', 'corrected')", 'a total without a number'),
            ('value', "role = 'total' and value is not null and value_number is null", 'not a number'),
        ]) }}
    from typed
),
{%- set columns = [
    'clinic_id', 'source_system', 'raw_table', 'file_sha256', 'source_line', 'observation_id', 'client_id', 'encounter_id', 'response_id', 'member_ids',
    'measure_id', 'role', 'item_number', 'measured_utc', 'measured_on', 'total', 'item_answer', 'panel_answers', 'left_out_reason',
] %}

{{ settle_rows('judged', columns, ['observation_id'], version='last_updated') }}

select
    {{ columns | join(',\n    ') }},
    row_state,
    row_reason,
    row_column
from settled
