select
    reviews.clinic_id,
    reviews.source_system,
    reviews.raw_table,
    reviews.file_sha256,
    reviews.source_line,
    episodes.episode_key,
    reviews.reviewed_on,
    reviews.reviewer,
    reviews.factor,
    reviews.detail,
    case when episodes.episode_key is null then 'unknown episode' end as row_reason,
    case when episodes.episode_key is null then 'episode_pseudonym' end as row_column
from {{ ref('int_reviews_unioned') }} as reviews
left join {{ ref('int_episodes_linked') }} as episodes
    on reviews.episode_pseudonym = episodes.episode_key
    and reviews.clinic_id = episodes.clinic_id
where reviews.row_state = 'current'
