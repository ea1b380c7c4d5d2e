{{ config(materialized='view') }}

-- A goal belongs to the episode that its system names; where it names none, to the episode of the same person that covers the day it was set.
with goals as (
    select
        clinic_id,
        source_system,
        raw_table,
        file_sha256,
        source_line,
        goal_pseudonym,
        episode_pseudonym,
        client_pseudonym,
        set_on,
        scale,
        weight,
        closed_on,
        close_reason
    from {{ ref('int_goals_unioned') }}
    where row_state = 'current'
),

unattached as (
    select
        goals.clinic_id,
        goals.goal_pseudonym,
        goals.set_on,
        clients.client_key
    from goals
    inner join {{ ref('int_clients_linked') }} as clients
        on goals.client_pseudonym = clients.client_pseudonym
        and goals.clinic_id = clients.clinic_id
    where goals.episode_pseudonym is null
),

{{ nearest_episodes('unattached', 'goal_pseudonym', 'set_on') }},

placed as (
    select
        goals.clinic_id,
        goals.source_system,
        goals.raw_table,
        goals.file_sha256,
        goals.source_line,
        goals.goal_pseudonym as goal_key,
        coalesce(named.episode_key, found.episode_key) as episode_key,
        goals.episode_pseudonym,
        unattached.client_key,
        goals.set_on,
        goals.scale,
        goals.weight,
        goals.closed_on,
        goals.close_reason
    from goals
    left join {{ ref('int_episodes_linked') }} as named
        on goals.episode_pseudonym = named.episode_key
        and goals.clinic_id = named.clinic_id
    left join unattached on goals.goal_pseudonym = unattached.goal_pseudonym
    left join found on goals.goal_pseudonym = found.goal_pseudonym
)

select
    clinic_id,
    source_system,
    raw_table,
    file_sha256,
    source_line,
    goal_key,
    episode_key,
    set_on,
    scale,
    weight,
    closed_on,
    close_reason,
    case
        when episode_key is not null then null
        when episode_pseudonym is not null then 'unknown episode'
        when client_key is null then 'unknown client'
        else 'no episode of the client covers the date'
    end as row_reason,
    case
        when episode_key is not null then null
        when episode_pseudonym is not null then 'episode_pseudonym'
        when client_key is null then 'client_pseudonym'
        else 'set_on'
    end as row_column
from placed
