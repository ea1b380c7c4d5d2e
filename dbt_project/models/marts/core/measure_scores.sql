with scores as (
    select
        totalled.clinic_id,
        totalled.source_system,
        totalled.score_key,
        totalled.episode_key,
        totalled.client_key,
        totalled.session_key,
        totalled.measure_id,
        totalled.rater,
        totalled.measured_on,
        totalled.measured_at,
        totalled.total,
        totalled.total_reported,
        totalled.total_computed,
        totalled.points,
        totalled.items_answered,
        totalled.item_count,
        totalled.is_prorated,
        totalled.form,
        totalled.validity
    from {{ ref('int_scores_totalled') }} as totalled
    inner join {{ ref('int_episodes_known') }} as episodes on totalled.episode_key = episodes.episode_key
),

-- Found by counting first, so that only the few administrations that stand twice need to be compared.
repeated as (
    select episode_key, measure_id, rater, measured_on
    from scores
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
                coalesce(codes.is_attended, false),
                coalesce(scores.measured_at, timestamp '1970-01-01 00:00:00'),
                scores.score_key
            )
        ) as score_key
    from scores
    inner join repeated
        on scores.episode_key = repeated.episode_key
        and scores.measure_id = repeated.measure_id
        and scores.rater = repeated.rater
        and scores.measured_on = repeated.measured_on
    left join {{ ref('int_sessions_known') }} as sessions on scores.session_key = sessions.session_key
    left join {{ ref('attendance_codes') }} as codes on sessions.attendance = codes.attendance
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
    cast(scores.items_answered as bigint) as items_answered,
    cast(scores.item_count as bigint) as item_count,
    scores.is_prorated,
    scores.form,
    scores.validity,
    coalesce(chosen.score_key <> scores.score_key, false) as is_duplicate,
    scores.total is not null and coalesce(chosen.score_key = scores.score_key, true) as is_used
from scores
left join chosen
    on scores.episode_key = chosen.episode_key
    and scores.measure_id = chosen.measure_id
    and scores.rater = chosen.rater
    and scores.measured_on = chosen.measured_on
