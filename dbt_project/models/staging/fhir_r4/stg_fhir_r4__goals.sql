-- The scale of a goal is told by its levels of attainment or by the codes of its ratings; a goal without either has none.
with scales as (
    select
        ratings.clinic_id,
        ratings.goal_id,
        min(case scales.field when 'attainment_rater' then 'gas' else 'gbo' end) as scale
    from {{ source('raw_fhir_r4', 'goal_ratings') }} as ratings
    inner join {{ ref('fhir_codes') }} as scales
        on scales.field in ('attainment_rater', 'goal_based_outcome')
        and ratings.code = scales.source_code
    group by ratings.clinic_id, ratings.goal_id
),

typed as (
    select
        goals.clinic_id,
        goals.file_sha256,
        goals.source_line,
        goals.delivered_order,
        goals.last_updated,
        goals.goal_id,
        goals.client_id,
        goals.status,
        goals.set_on,
        goals.status_on,
        {{ parse_date('goals.set_on') }} as set_date,
        {{ parse_date('goals.status_on') }} as status_date,
        goals.status in ('completed', 'cancelled') as is_closed,
        case when goals.attainment_levels is not null then 'gas' else scales.scale end as scale,
        case when goals.status = 'completed' then achievements.value else statuses.value end as close_reason
    from {{ source('raw_fhir_r4', 'goals') }} as goals
    left join scales on goals.clinic_id = scales.clinic_id and goals.goal_id = scales.goal_id
    left join {{ ref('fhir_codes') }} as statuses on statuses.field = 'goal_status' and goals.status = statuses.source_code
    left join {{ ref('fhir_codes') }} as achievements on achievements.field = 'goal_achievement' and goals.achievement = achievements.source_code
),

judged as (
    select
        clinic_id,
        'fhir_r4' as source_system,
        'goals' as raw_table,
        file_sha256,
        source_line,
        delivered_order,
        last_updated,
        goal_id as goal_pseudonym,
        cast(null as string) as episode_pseudonym,
        client_id as client_pseudonym,
        set_date as set_on,
        scale,
        cast(null as decimal(9, 3)) as weight,
        case when is_closed then status_date end as closed_on,
        close_reason,
        case
            when status = 'entered-in-error' then 'entered in error'
            when status in ('proposed', 'rejected') then 'a goal that was proposed, not agreed'
        end as left_out_reason,
        {{ row_problem([
            missing('goal_id'),
            missing('status'),
            missing('client_id'),
            missing('set_on'),
            not_a_date('set_on', 'set_date'),
            not_a_date('status_on', 'status_date'),
        ]) }}
    from typed
),

{{ settle_rows('judged', entity_body('goals') + ['left_out_reason'], ['goal_pseudonym'], version='last_updated') }}

{{ without_left_out('goals') }}
