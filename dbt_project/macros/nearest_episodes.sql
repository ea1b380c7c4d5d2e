{# Adds the CTEs `near` and `found`: for each row of `relation` (clinic_id, client_key, `key`, `on_date`) the episode of the same person that covers its
   date, the newest one. A derived episode reaches as far beyond its sessions as its own gap, so that what was written down before the first session is
   found; the nearest such episode holds. `found` has `key` and episode_key, without the rows that no episode covers. #}
{% macro nearest_episodes(relation, key, on_date) -%}
near as (
    select
        {{ relation }}.{{ key }},
        episodes.episode_key,
        episodes.referred_on,
        episodes.derived_last_on is null as is_explicit,
        case
            when episodes.derived_last_on is null then 0
            when {{ relation }}.{{ on_date }} < episodes.referred_on then {{ days_between(relation ~ '.' ~ on_date, 'episodes.referred_on') }}
            when {{ relation }}.{{ on_date }} > episodes.derived_last_on then {{ days_between('episodes.derived_last_on', relation ~ '.' ~ on_date) }}
            else 0
        end as days_off
    from {{ relation }}
    inner join {{ ref('int_episodes_linked') }} as episodes
        on {{ relation }}.client_key = episodes.client_key
        and {{ relation }}.clinic_id = episodes.clinic_id
    where
        episodes.derived_last_on is not null
        or (
            {{ relation }}.{{ on_date }} >= episodes.referred_on
            and {{ relation }}.{{ on_date }} <= coalesce(episodes.ended_on, {{ relation }}.{{ on_date }})
        )
),

found as (
    select
        near.{{ key }},
        max_by(near.episode_key, (near.is_explicit, -near.days_off, near.referred_on, near.episode_key)) as episode_key
    from near
    cross join ({{ rules(['episode_gap_days']) }}) as rules
    where near.days_off <= rules.episode_gap_days
    group by near.{{ key }}
)
{%- endmacro %}
