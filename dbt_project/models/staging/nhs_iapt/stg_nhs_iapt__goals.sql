with rated as (
    select
        ratings.clinic_id,
        ratings.source_system,
        ratings.raw_table,
        ratings.file_sha256,
        ratings.source_line,
        ratings.goal_pseudonym,
        assessments.episode_pseudonym,
        ratings.rated_on,
        row_number() over (
            partition by ratings.clinic_id, ratings.goal_pseudonym
            order by ratings.rated_on, ratings.file_sha256, ratings.raw_table, ratings.source_line
        ) as place
    from {{ ref('stg_nhs_iapt__goal_ratings') }} as ratings
    inner join {{ ref('stg_nhs_iapt__assessments') }} as assessments
        on ratings.clinic_id = assessments.clinic_id
        and ratings.raw_table = assessments.raw_table
        and ratings.file_sha256 = assessments.file_sha256
        and ratings.source_line = assessments.source_line
    where ratings.row_state = 'current'
)

select
    clinic_id,
    source_system,
    raw_table || '#goals' as raw_table,
    file_sha256,
    source_line,
    goal_pseudonym,
    episode_pseudonym,
    cast(null as string) as client_pseudonym,
    rated_on as set_on,
    'gbo' as scale,
    cast(null as decimal(9, 3)) as weight,
    cast(null as date) as closed_on,
    cast(null as string) as close_reason,
    'current' as row_state,
    cast(null as string) as row_reason,
    cast(null as string) as row_column
from rated
where place = 1
