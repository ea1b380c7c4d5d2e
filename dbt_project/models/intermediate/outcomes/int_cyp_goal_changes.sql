-- NHS England's second rule set treats each goal (GBO) as a measure of the client's own: first rating from the first contact on, last rating from the
-- second contact on up to the ending. Who set a goal when makes no difference there.
select
    goals.goal_key,
    goals.episode_key,
    min_by(ratings.rating, (ratings.rated_on, ratings.rating)) as first_rating,
    min(ratings.rated_on) as first_on,
    max_by(ratings.rating, (ratings.rated_on, ratings.rating)) filter (
        where ratings.rated_on >= {{ list_item('contacts.attended_dates', '2') }}
    ) as last_rating,
    max(ratings.rated_on) filter (where ratings.rated_on >= {{ list_item('contacts.attended_dates', '2') }}) as last_on
from {{ ref('goals') }} as goals
inner join {{ ref('episodes') }} as episodes on goals.episode_key = episodes.episode_key
inner join {{ ref('int_episode_contacts') }} as contacts on goals.episode_key = contacts.episode_key
inner join {{ ref('goal_ratings') }} as ratings on goals.goal_key = ratings.goal_key
where
    episodes.roll_up = 'nhs_cyp'
    and goals.scale = 'gbo'
    and ratings.rated_on >= {{ list_item('contacts.attended_dates', '1') }}
    and ratings.rated_on <= coalesce(episodes.ended_on, ratings.rated_on)
group by goals.goal_key, goals.episode_key
