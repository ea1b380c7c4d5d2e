{{ config(materialized='table') }}

-- The parts of one administration are those that name the same QuestionnaireResponse or stand in the same panel; without such a link, those of the
-- same client, measure and moment. A panel counts for the measure of its members or components, whatever its own code says: servers have been seen
-- that label the GAD-7 with the code of the PHQ-9.
with observations as (
    select
        clinic_id,
        source_system,
        raw_table,
        file_sha256,
        source_line,
        observation_id,
        client_id,
        encounter_id,
        response_id,
        member_ids,
        measure_id,
        role,
        item_number,
        measured_utc,
        measured_on,
        total,
        item_answer,
        panel_answers
    from {{ ref('base_fhir_r4__score_observations') }}
    where row_state = 'current' and left_out_reason is null
),

members as (
    select
        panels.clinic_id,
        panels.observation_id as panel_id,
        panels.response_id as panel_response_id,
        members.observation_id,
        members.measure_id,
        members.response_id
    from observations as panels
    inner join observations as members
        on panels.clinic_id = members.clinic_id
        and panels.client_id = members.client_id
        and panels.member_ids like concat('%', members.observation_id, '%')
    where panels.role = 'panel' and members.role <> 'panel'
),

panels as (
    select
        clinic_id,
        panel_id,
        min(measure_id) as measure_id,
        coalesce(min(panel_response_id), min(response_id)) as response_id
    from members
    group by clinic_id, panel_id
),

memberships as (
    select
        clinic_id,
        observation_id,
        min(panel_id) as panel_id
    from members
    group by clinic_id, observation_id
),

component_measures as (
    select
        observations.clinic_id,
        observations.observation_id,
        min(codes.measure_id) as measure_id
    from observations
    inner join {{ ref('fhir_measure_codes') }} as codes
        on codes.role = 'item'
        and concat(' ', observations.panel_answers) like concat('% ', codes.source_code, '=%')
    group by observations.clinic_id, observations.observation_id
),

placed as (
    select
        observations.*,
        coalesce(memberships.panel_id, case when observations.role = 'panel' then observations.observation_id end) as panel_id
    from observations
    left join memberships
        on observations.clinic_id = memberships.clinic_id
        and observations.observation_id = memberships.observation_id
),

linked as (
    select
        placed.*,
        coalesce(panels.response_id, placed.response_id) as linked_response_id,
        case
            when placed.role = 'panel' then coalesce(component_measures.measure_id, panels.measure_id, placed.measure_id)
            else placed.measure_id
        end as counted_measure_id
    from placed
    left join panels
        on placed.clinic_id = panels.clinic_id
        and placed.panel_id = panels.panel_id
    left join component_measures
        on placed.clinic_id = component_measures.clinic_id
        and placed.observation_id = component_measures.observation_id
)

select
    clinic_id,
    source_system,
    raw_table,
    file_sha256,
    source_line,
    observation_id as part_id,
    case
        when linked_response_id is not null then concat('response ', linked_response_id)
        when panel_id is not null then concat('panel ', panel_id)
        when measured_utc is not null then concat('moment ', client_id, ' ', cast(measured_utc as string))
        when measured_on is not null then concat('day ', client_id, ' ', cast(measured_on as string))
        else concat('observation ', observation_id)
    end as administration,
    counted_measure_id as measure_id,
    role,
    client_id,
    encounter_id,
    measured_utc,
    measured_on,
    total,
    item_number,
    item_answer,
    panel_answers as answers
from linked
union all
select
    clinic_id,
    source_system,
    raw_table,
    file_sha256,
    source_line,
    {{ derived_key(["'QuestionnaireResponse'", 'measure_id', 'response_id']) }} as part_id,
    concat('response ', response_id) as administration,
    measure_id,
    'response' as role,
    client_id,
    encounter_id,
    measured_utc,
    measured_on,
    cast(null as decimal(9, 3)) as total,
    cast(null as integer) as item_number,
    cast(null as string) as item_answer,
    answers
from {{ ref('base_fhir_r4__score_responses') }}
where row_state = 'current' and left_out_reason is null
