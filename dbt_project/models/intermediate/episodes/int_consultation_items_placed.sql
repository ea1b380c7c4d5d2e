{{ config(materialized='view') }}

select
    items.clinic_id,
    items.source_system,
    items.raw_table,
    items.file_sha256,
    items.source_line,
    episodes.episode_key,
    items.item,
    items.is_done,
    case
        when episodes.episode_key is null then 'unknown episode'
        when codes.item is null then 'not an item of the consultation record'
    end as row_reason,
    case
        when episodes.episode_key is null then 'episode_pseudonym'
        when codes.item is null then 'item'
    end as row_column
from {{ ref('int_consultation_items_unioned') }} as items
left join {{ ref('int_episodes_linked') }} as episodes
    on items.episode_pseudonym = episodes.episode_key
    and items.clinic_id = episodes.clinic_id
left join {{ ref('consultation_items') }} as codes on items.item = codes.item
where items.row_state = 'current'
