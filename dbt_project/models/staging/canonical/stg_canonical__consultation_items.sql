with source as (
    select
        clinic_id,
        file_sha256,
        source_line,
        delivered_order,
        episode_id,
        lower(item) as item,
        lower(done) as done
    from {{ source('raw_canonical', 'consultation_items') }}
),

judged as (
    select
        clinic_id,
        'canonical' as source_system,
        'consultation_items' as raw_table,
        file_sha256,
        source_line,
        delivered_order,
        episode_id as episode_pseudonym,
        item,
        done = 'yes' as is_done,
        {{ row_problem([
            missing('episode_id'),
            missing('item'),
            missing('done'),
            not_a_code('done', 'flag'),
        ]) }}
    from source
),

{{ settle_rows('judged', entity_body('consultation_items'), ['episode_pseudonym', 'item']) }}

select {{ entity_select_list('consultation_items') }}
from settled
