with typed as (
    select
        clinic_id,
        file_sha256,
        source_line,
        delivered_order,
        goal_id,
        rated_on,
        rating,
        {{ parse_date('rated_on') }} as rated_date,
        {{ parse_number('rating') }} as rating_number
    from {{ source('raw_canonical', 'goal_ratings') }}
),

judged as (
    select
        clinic_id,
        'canonical' as source_system,
        'goal_ratings' as raw_table,
        file_sha256,
        source_line,
        delivered_order,
        goal_id as goal_pseudonym,
        rated_date as rated_on,
        rating_number as rating,
        {{ row_problem([
            missing('goal_id'),
            missing('rated_on'),
            not_a_date('rated_on', 'rated_date'),
            missing('rating'),
            not_a_number('rating', 'rating_number'),
        ]) }}
    from typed
),

{{ settle_rows('judged', entity_body('goal_ratings'), ['goal_pseudonym', 'rated_on']) }}

select {{ entity_select_list('goal_ratings') }}
from settled
