-- A goal has one rating a day: the client's own before the practitioner's and the carer's, and of each the last.
with ranked as (
    select
        *,
        row_number() over (
            partition by clinic_id, goal_pseudonym, rated_on, row_state, left_out_reason
            order by case rater when 'client' then 1 when 'baseline' then 2 when 'practitioner' then 3 else 4 end, rated_utc desc, rating_id
        ) as place
    from {{ ref('base_fhir_r4__goal_ratings') }}
),

settled as (
    select
        {{ entity_body('goal_ratings') | join(',\n        ') }},
        coalesce(left_out_reason, case when row_state = 'current' and place > 1 then 'another rating of the same goal and day holds' end) as left_out_reason,
        row_state,
        row_reason,
        row_column
    from ranked
)

{{ without_left_out('goal_ratings') }}
