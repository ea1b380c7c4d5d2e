with ended as (
    select
        episode_key,
        clinic_id,
        ended_on
    from {{ ref('episodes') }}
    where ended_on is not null
),

entries as (
    select
        episode_key,
        factor,
        'computed' as evidence,
        cast(null as {{ dbt.type_string() }}) as reviewer,
        detail,
        cast(null as date) as reviewed_on
    from {{ ref('int_computed_factors') }}
    where is_present
    union all
    select
        episode_key,
        factor,
        'coded' as evidence,
        reviewer,
        detail,
        reviewed_on
    from {{ ref('int_reviewed_factors') }}
    union all
    select
        ended.episode_key,
        'not_reviewed' as factor,
        'coded' as evidence,
        null as reviewer,
        null as detail,
        null as reviewed_on
    from ended
    left join {{ ref('int_reviewed_factors') }} as reviewed on ended.episode_key = reviewed.episode_key
    where reviewed.episode_key is null
)

select
    entries.episode_key,
    ended.clinic_id,
    ended.ended_on,
    entries.factor,
    entries.evidence,
    entries.reviewer,
    entries.detail,
    entries.reviewed_on
from entries
inner join ended on entries.episode_key = ended.episode_key
