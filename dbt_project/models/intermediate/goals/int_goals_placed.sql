select
    goals.clinic_id,
    goals.source_system,
    goals.raw_table,
    goals.file_sha256,
    goals.source_line,
    goals.goal_pseudonym as goal_key,
    episodes.episode_key,
    goals.set_on,
    goals.scale,
    goals.weight,
    goals.closed_on,
    goals.close_reason,
    case when episodes.episode_key is null then 'unknown episode' end as row_reason,
    case when episodes.episode_key is null then 'episode_pseudonym' end as row_column
from {{ ref('int_goals_unioned') }} as goals
left join {{ ref('int_episodes_linked') }} as episodes
    on goals.episode_pseudonym = episodes.episode_key
    and goals.clinic_id = episodes.clinic_id
where goals.row_state = 'current'
