{{ config(materialized='table') }}

-- An episode has the most serious of its courses. A course of too few scores has no label: what happened is unknown, not harmless.
with summed as (
    select
        episode_key,
        max(
            case label when 'sharp_sustained' then 5 when 'sustained_gradual' then 4 when 'ended_while_worse' then 3 when 'transient' then 2 when 'none' then 1 end
        ) as seriousness,
        bool_or(is_alarm) as is_alarm
    from {{ ref('score_trajectories') }}
    group by episode_key
)

select
    outcomes.episode_key,
    outcomes.clinic_id,
    outcomes.ended_on,
    outcomes.has_paired_scores,
    outcomes.is_reliably_improved,
    summed.seriousness = 2 as is_short_worsening,
    summed.is_alarm
from {{ ref('episode_outcomes') }} as outcomes
left join summed on summed.episode_key = outcomes.episode_key
where outcomes.is_finished
