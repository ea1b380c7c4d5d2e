with rules as (
    {{ rules(['goal_backfill_days', 'goal_backfill_sessions', 'goal_achieved_gbo_rating', 'goal_achieved_gbo_gain']) }}
),

goals as (
    select
        goals.goal_key,
        goals.episode_key,
        goals.clinic_id,
        goals.scale,
        goals.phase,
        goals.set_on,
        goals.weight,
        goals.closed_on,
        goals.close_reason,
        episodes.ended_on,
        {{ list_item('contacts.attended_dates', '-1 - cast(rules.goal_backfill_sessions as integer)') }} as guard_session_on
    from {{ ref('goals') }} as goals
    inner join {{ ref('episodes') }} as episodes on goals.episode_key = episodes.episode_key
    left join {{ ref('int_episode_contacts') }} as contacts on goals.episode_key = contacts.episode_key
    cross join rules
    where goals.set_on <= coalesce(episodes.ended_on, goals.set_on)
),

rated as (
    select
        goals.goal_key,
        count(distinct ratings.rated_on) as rated_days,
        min(ratings.rated_on) as first_on,
        max(ratings.rated_on) as last_on,
        min_by(ratings.rating, (ratings.rated_on, ratings.rating)) as first_rating,
        max_by(ratings.rating, (ratings.rated_on, ratings.rating)) as last_rating
    from goals
    inner join {{ ref('goal_ratings') }} as ratings on goals.goal_key = ratings.goal_key
    where ratings.rated_on <= coalesce(goals.ended_on, ratings.rated_on)
    group by goals.goal_key
),

-- A goal that was given up or replaced before a second rating keeps its only one as its last: dropping failed goals would manufacture success.
carried as (
    select
        goals.goal_key,
        goals.episode_key,
        goals.clinic_id,
        goals.scale,
        goals.phase,
        goals.set_on,
        goals.weight,
        goals.close_reason,
        goals.ended_on,
        goals.guard_session_on,
        rated.first_rating,
        rated.first_on,
        rated.last_rating,
        rated.rated_days = 1 and goals.close_reason in ('replaced', 'abandoned') and goals.closed_on > rated.first_on as is_last_carried,
        case
            when rated.rated_days = 1 and goals.close_reason in ('replaced', 'abandoned') and goals.closed_on > rated.first_on then goals.closed_on
            else rated.last_on
        end as last_on
    from goals
    left join rated on goals.goal_key = rated.goal_key
),

judged as (
    select
        carried.goal_key,
        carried.episode_key,
        carried.clinic_id,
        carried.scale,
        carried.phase,
        carried.weight,
        carried.first_rating,
        carried.first_on,
        carried.last_rating,
        carried.last_on,
        coalesce(carried.is_last_carried, false) as is_last_carried,
        coalesce(carried.last_on > carried.first_on, false) as has_pair,
        coalesce(carried.last_on > carried.set_on, false) as has_later_rating,
        case
            when {{ days_between('carried.set_on', 'carried.ended_on') }} <= rules.goal_backfill_days then 'set_shortly_before_the_ending'
            when carried.ended_on is not null and carried.set_on > carried.guard_session_on then 'set_shortly_before_the_ending'
            when carried.scale = 'gas' and carried.phase = 'during' and coalesce(carried.first_on > carried.set_on, true) then 'levels_not_recorded_when_set'
        end as ineligible_reason,
        cast(carried.last_rating - carried.first_rating as decimal(9, 3)) as change
    from carried
    cross join rules
)

select
    judged.goal_key,
    judged.episode_key,
    judged.clinic_id,
    judged.scale,
    judged.phase,
    judged.weight,
    judged.first_rating,
    judged.first_on,
    judged.last_rating,
    judged.last_on,
    judged.is_last_carried,
    judged.has_pair,
    judged.has_later_rating,
    judged.ineligible_reason,
    case when judged.has_pair then judged.change end as change,
    case
        when judged.scale = 'gas' then judged.last_rating >= 0
        else judged.last_rating >= rules.goal_achieved_gbo_rating and judged.change >= rules.goal_achieved_gbo_gain
    end as is_achieved,
    judged.scale = 'gbo' and judged.change >= rules.goal_achieved_gbo_gain as is_reliably_improved,
    judged.scale = 'gbo' and -judged.change >= rules.goal_achieved_gbo_gain as is_reliably_deteriorated
from judged
cross join rules
