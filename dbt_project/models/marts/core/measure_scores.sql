-- Administrations that stand twice are found by counting, so that only those few need to be compared.
with repeated as (
    select
        episode_key,
        measure_id,
        rater,
        measured_on
    from {{ ref('int_scores_totalled') }}
    group by episode_key, measure_id, rater, measured_on
    having count(*) > 1
),

chosen as (
    select
        scores.episode_key,
        scores.measure_id,
        scores.rater,
        scores.measured_on,
        max_by(
            scores.score_key,
            (
                scores.total is not null,
                coalesce(sessions.is_attended, false),
                coalesce(scores.measured_at, sessions.starts_at, timestamp '1970-01-01 00:00:00'),
                scores.score_key
            )
        ) as score_key
    from {{ ref('int_scores_totalled') }} as scores
    inner join repeated
        on scores.episode_key = repeated.episode_key
        and scores.measure_id = repeated.measure_id
        and scores.rater = repeated.rater
        and scores.measured_on = repeated.measured_on
    left join {{ ref('sessions') }} as sessions on scores.session_key = sessions.session_key
    group by scores.episode_key, scores.measure_id, scores.rater, scores.measured_on
)

select
    scores.score_key,
    scores.episode_key,
    scores.client_key,
    scores.session_key,
    scores.clinic_id,
    scores.source_system,
    scores.measure_id,
    scores.rater,
    scores.measured_on,
    scores.measured_at,
    scores.total,
    scores.total_reported,
    scores.total_computed,
    scores.points,
    scores.risk_answer,
    cast(scores.items_answered as bigint) as items_answered,
    cast(scores.item_count as bigint) as item_count,
    scores.is_prorated,
    scores.form,
    scores.validity,
    coalesce(chosen.score_key <> scores.score_key, false) as is_duplicate,
    scores.total is not null and coalesce(chosen.score_key = scores.score_key, true) as is_used
from {{ ref('int_scores_totalled') }} as scores
left join chosen
    on scores.episode_key = chosen.episode_key
    and scores.measure_id = chosen.measure_id
    and scores.rater = chosen.rater
    and scores.measured_on = chosen.measured_on
