{{ config(materialized='table') }}

with responses as (
    {%- for measure in ['phq9', 'gad7'] %}
    select
        clinic_id,
        '{{ measure }}_responses' as raw_table,
        '{{ measure }}' as measure_id,
        file_sha256,
        source_line,
        delivered_order,
        last_updated,
        response_id,
        client_id,
        encounter_id,
        status,
        answered_at,
        answers
    from {{ source('raw_fhir_r4', measure ~ '_responses') }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

typed as (
    select
        responses.*,
        {{ utc_from_text('responses.answered_at', 'clinics.time_zone') }} as answered_utc,
        clinics.time_zone
    from responses
    inner join {{ source('inputs', 'clinics') }} as clinics on responses.clinic_id = clinics.clinic_id
),

judged as (
    select
        clinic_id,
        'fhir_r4' as source_system,
        raw_table,
        file_sha256,
        source_line,
        delivered_order,
        last_updated,
        response_id,
        measure_id,
        client_id,
        encounter_id,
        case when length(answered_at) > 10 then answered_utc end as measured_utc,
        cast({{ local_from_utc('answered_utc', 'time_zone') }} as date) as measured_on,
        answers,
        case
            when status = 'entered-in-error' then 'entered in error'
            when status not in ('completed', 'amended') then 'a questionnaire that was not completed'
        end as left_out_reason,
        {{ row_problem([
            missing('response_id'),
            missing('status'),
            missing('client_id'),
            not_a_time('answered_at', 'answered_utc'),
        ]) }}
    from typed
),
{%- set columns = [
    'clinic_id', 'source_system', 'raw_table', 'file_sha256', 'source_line', 'response_id', 'measure_id', 'client_id', 'encounter_id', 'measured_utc',
    'measured_on', 'answers', 'left_out_reason',
] %}

{{ settle_rows('judged', columns, ['response_id', 'measure_id'], version='last_updated') }}

select
    {{ columns | join(',\n    ') }},
    row_state,
    row_reason,
    row_column
from settled
