-- One therapy with a lasting, sharp worsening, score by score: what did the course look like?
with chosen as (
    select
        episode_key,
        measure_id
    from core.score_trajectories
    where label = 'sharp_sustained'
    order by episode_key, measure_id
    limit 1
)

select
    scores.measured_on,
    scores.measure_id,
    scores.total,
    scores.total - lag(scores.total) over (order by scores.measured_on, scores.score_key) as change_since_before
from core.measure_scores as scores
inner join chosen
    on
        scores.episode_key = chosen.episode_key
        and scores.measure_id = chosen.measure_id
where scores.validity = 'valid'
order by scores.measured_on, scores.score_key
