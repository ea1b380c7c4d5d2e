with typed as (
    select
        ratings.clinic_id,
        ratings.file_sha256,
        ratings.source_line,
        ratings.delivered_order,
        ratings.last_updated,
        ratings.rating_id,
        ratings.status,
        ratings.goal_id,
        ratings.rated_at,
        ratings.rating,
        ratings.answer,
        raters.value as rater,
        {{ utc_from_text('ratings.rated_at', 'clinics.time_zone') }} as rated_utc,
        clinics.time_zone,
        coalesce({{ parse_number('attainment.value') }}, {{ parse_number('ratings.rating') }}) as rating_number
    from {{ source('raw_fhir_r4', 'goal_ratings') }} as ratings
    inner join {{ source('inputs', 'clinics') }} as clinics on ratings.clinic_id = clinics.clinic_id
    left join {{ ref('fhir_codes') }} as raters on raters.field in ('attainment_rater', 'goal_based_outcome') and ratings.code = raters.source_code
    left join {{ ref('fhir_codes') }} as attainment on attainment.field = 'attainment' and ratings.answer = attainment.source_code
),

judged as (
    select
        clinic_id,
        'fhir_r4' as source_system,
        'goal_ratings' as raw_table,
        file_sha256,
        source_line,
        delivered_order,
        last_updated,
        rating_id,
        goal_id as goal_pseudonym,
        rated_utc,
        cast({{ local_from_utc('rated_utc', 'time_zone') }} as date) as rated_on,
        rating_number as rating,
        rater,
        case
            when status = 'entered-in-error' then 'entered in error'
            when status not in ('final', 'amended', 'corrected') then 'not a final result'
        end as left_out_reason,
        {{ row_problem([
            missing('rating_id'),
            missing('status'),
            missing('goal_id'),
            missing('rated_at'),
            not_a_time('rated_at', 'rated_utc'),
            ('rating', 'rating is null and answer is null', 'a required value is missing'),
            not_a_number('rating', 'rating_number'),
        ]) }}
    from typed
),
{%- set columns = entity_body('goal_ratings') + ['rating_id', 'rated_utc', 'rater', 'left_out_reason'] %}

{{ settle_rows('judged', columns, ['rating_id'], version='last_updated') }}

select
    {{ columns | join(',\n    ') }},
    row_state,
    row_reason,
    row_column
from settled
