with courses as (
    select
        measure_id,
        rater,
        episode_key,
        cast(cast(sum(level) as double) / count(*) as decimal(12, 6)) as mean_level
    from {{ ref('int_alliance_scores') }}
    group by measure_id, rater, episode_key
),

sums as (
    select
        measure_id,
        rater,
        count(*) as courses,
        cast(sum(mean_level) as double) as levels,
        cast(sum(mean_level * mean_level) as double) as squares
    from courses
    group by measure_id, rater
)

select
    measure_id,
    rater,
    courses,
    round(sqrt(greatest(squares - levels * levels / courses, 0) / nullif(courses - 1, 0)), 6) as network_sd
from sums
