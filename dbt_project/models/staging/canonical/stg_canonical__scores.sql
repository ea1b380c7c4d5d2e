with source as (
    select
        clinic_id,
        file_sha256,
        source_line,
        delivered_order,
        score_id,
        episode_id,
        session_id,
        measured_on,
        lower(measure) as measure,
        total,
        lower(items) as items,
        lower(keyed) as keyed,
        lower(rater) as rater
    from {{ source('raw_canonical', 'scores') }}
),

typed as (
    select
        *,
        {{ parse_date('measured_on') }} as measured_date,
        {{ parse_number('total') }} as total_number
    from source
),

judged as (
    select
        clinic_id,
        'canonical' as source_system,
        'scores' as raw_table,
        file_sha256,
        source_line,
        delivered_order,
        score_id as score_pseudonym,
        episode_id as episode_pseudonym,
        cast(null as string) as client_pseudonym,
        session_id as session_pseudonym,
        measured_date as measured_on,
        cast(null as timestamp) as measured_at,
        measure as measure_id,
        total_number as total_reported,
        items,
        coalesce(keyed, 'yes') = 'yes' as is_keyed,
        coalesce(rater, 'self') as rater,
        {{ row_problem([
            missing('score_id'),
            missing('episode_id'),
            missing('measured_on'),
            not_a_date('measured_on', 'measured_date'),
            missing('measure'),
            not_a_number('total', 'total_number'),
            ('items', 'total is null and items is null', 'neither a total nor items'),
            not_a_code('keyed', 'flag'),
            not_a_code('rater', 'rater'),
        ]) }}
    from typed
),

deletions as (
    {{ canonical_deletions() }}
),

{{ settle_rows('judged', entity_body('scores'), ['score_pseudonym'], 'deletions') }}

select {{ entity_select_list('scores') }}
from settled
