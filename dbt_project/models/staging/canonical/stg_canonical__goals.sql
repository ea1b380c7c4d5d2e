with source as (
    select
        clinic_id,
        file_sha256,
        source_line,
        delivered_order,
        goal_id,
        episode_id,
        set_on,
        lower(scale) as scale,
        weight,
        closed_on,
        lower(close_reason) as close_reason
    from {{ source('raw_canonical', 'goals') }}
),

typed as (
    select
        *,
        {{ parse_date('set_on') }} as set_date,
        {{ parse_date('closed_on') }} as closed_date,
        {{ parse_number('weight') }} as weight_number
    from source
),

judged as (
    select
        clinic_id,
        'canonical' as source_system,
        'goals' as raw_table,
        file_sha256,
        source_line,
        delivered_order,
        goal_id as goal_pseudonym,
        episode_id as episode_pseudonym,
        cast(null as string) as client_pseudonym,
        set_date as set_on,
        scale,
        weight_number as weight,
        closed_date as closed_on,
        close_reason,
        {{ row_problem([
            missing('goal_id'),
            missing('episode_id'),
            missing('set_on'),
            not_a_date('set_on', 'set_date'),
            missing('scale'),
            not_a_code('scale', 'scale'),
            not_a_number('weight', 'weight_number'),
            ('weight', 'weight_number <= 0', 'a weight must be greater than 0'),
            not_a_date('closed_on', 'closed_date'),
            not_a_code('close_reason', 'close_reason'),
        ]) }}
    from typed
),

deletions as (
    {{ canonical_deletions() }}
),

{{ settle_rows('judged', entity_body('goals'), ['goal_pseudonym'], 'deletions') }}

select {{ entity_select_list('goals') }}
from settled
