with source as (
    select
        clinic_id,
        file_sha256,
        source_line,
        delivered_order,
        episode_id,
        reviewed_on,
        lower(reviewer) as reviewer,
        lower(factor) as factor,
        lower(detail) as detail,
        {{ parse_date('reviewed_on') }} as reviewed_date
    from {{ source('raw_canonical', 'reviews') }}
),

judged as (
    select
        clinic_id,
        'canonical' as source_system,
        'reviews' as raw_table,
        file_sha256,
        source_line,
        delivered_order,
        episode_id as episode_pseudonym,
        reviewed_date as reviewed_on,
        reviewer,
        factor,
        detail,
        {{ row_problem([
            missing('episode_id'),
            missing('reviewed_on'),
            not_a_date('reviewed_on', 'reviewed_date'),
            missing('reviewer'),
            not_a_code('reviewer', 'reviewer'),
            missing('factor'),
            not_a_code('factor', 'factor'),
        ]) }}
    from source
),

{{ settle_rows('judged', entity_body('reviews'), ['episode_pseudonym', 'reviewed_on', 'reviewer', 'factor', 'detail']) }}

select {{ entity_select_list('reviews') }}
from settled
