with rules as (
    {{ rules(['consultation_record_items']) }}
),

recorded as (
    select
        episode_key,
        count(*) as items_recorded,
        count(*) filter (where is_done) as items_done
    from {{ ref('int_consultation_items_placed') }}
    where row_reason is null
    group by episode_key
)

select
    recorded.episode_key,
    recorded.items_recorded,
    recorded.items_done,
    cast(recorded.items_done as double) / cast(rules.consultation_record_items as double) as record_rate
from recorded
cross join rules
