-- Each closed episode is either reviewed (factors, or none_found) or not_reviewed: exactly one of the three.
select
    episodes.episode_key,
    count(distinct case register.factor when 'none_found' then 1 when 'not_reviewed' then 2 else 3 end) as states
from {{ ref('episodes') }} as episodes
left join {{ ref('failure_register') }} as register on episodes.episode_key = register.episode_key and register.evidence = 'coded'
where episodes.ended_on is not null
group by episodes.episode_key
having count(distinct case register.factor when 'none_found' then 1 when 'not_reviewed' then 2 else 3 end) <> 1 or count(register.episode_key) = 0
