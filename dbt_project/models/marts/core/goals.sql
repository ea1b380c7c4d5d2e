with rules as (
    {{ rules(['goal_start_sessions']) }}
),

goals as (
    select
        goals.goal_key,
        goals.episode_key,
        goals.clinic_id,
        goals.source_system,
        goals.scale,
        goals.set_on,
        goals.weight,
        goals.closed_on <= parameters.as_of as is_closed,
        goals.closed_on,
        goals.close_reason,
        episodes.consultation_decided_on,
        {{ list_item('contacts.attended_dates', 'cast(rules.goal_start_sessions as integer)') }} as last_start_session_on
    from {{ ref('int_goals_placed') }} as goals
    inner join {{ ref('int_episodes_known') }} as episodes on goals.episode_key = episodes.episode_key
    left join {{ ref('int_episode_contacts') }} as contacts on goals.episode_key = contacts.episode_key
    cross join {{ source('inputs', 'parameters') }} as parameters
    cross join rules
    where
        goals.row_reason is null
        and goals.set_on <= parameters.as_of
)

select
    goal_key,
    episode_key,
    clinic_id,
    source_system,
    scale,
    -- Fewer sessions than that so far: every goal still belongs to the start.
    case
        when set_on <= coalesce(last_start_session_on, set_on) then 'at_start'
        when set_on <= consultation_decided_on then 'at_start'
        else 'during'
    end as phase,
    set_on,
    weight,
    case when is_closed then closed_on end as closed_on,
    case when is_closed then close_reason end as close_reason
from goals
