-- One administration can arrive as a QuestionnaireResponse, a panel, observations of its items and one of its total. It is one score: the total's row
-- holds it, else the panel's, the response's or the first item's, and the other rows are superseded as parts of it.
with ranked as (
    select
        *,
        row_number() over (
            partition by clinic_id, administration, measure_id
            order by case role when 'total' then 1 when 'panel' then 2 when 'response' then 3 else 4 end, part_id
        ) as place
    from {{ ref('base_fhir_r4__score_parts') }}
),

used as (
    select
        ranked.clinic_id,
        ranked.source_system,
        ranked.raw_table,
        ranked.file_sha256,
        ranked.source_line,
        ranked.part_id as score_pseudonym,
        cast(null as string) as episode_pseudonym,
        administrations.client_id as client_pseudonym,
        sessions.session_pseudonym,
        administrations.measured_on,
        administrations.measured_utc as measured_at,
        ranked.measure_id,
        administrations.total as total_reported,
        case when administrations.has_items then administrations.items end as items,
        true as is_keyed,
        'self' as rater,
        case when ranked.place > 1 then 'a part of an administration that is counted once' end as left_out_reason,
        {{ row_problem([
            ('value', "ranked.role = 'total' and administrations.totals > 1", 'two totals of one administration that differ'),
            ('measured_at', 'administrations.measured_on is null', 'a required value is missing'),
            ('value', 'administrations.total is null and not administrations.has_items', 'neither a total nor items'),
        ]) }}
    from ranked
    inner join {{ ref('base_fhir_r4__administrations') }} as administrations
        on ranked.clinic_id = administrations.clinic_id
        and ranked.administration = administrations.administration
        and ranked.measure_id = administrations.measure_id
    left join {{ ref('base_fhir_r4__encounter_sessions') }} as sessions
        on administrations.clinic_id = sessions.clinic_id
        and administrations.encounter_id = sessions.encounter_id
        and administrations.client_id = sessions.client_id
),

unused as (
    {%- for base in ['base_fhir_r4__score_observations', 'base_fhir_r4__score_responses'] %}
    select
        clinic_id,
        source_system,
        raw_table,
        file_sha256,
        source_line,
        client_id,
        measured_on,
        measured_utc,
        measure_id,
        left_out_reason,
        row_state,
        row_reason,
        row_column
    from {{ ref(base) }}
    where row_state <> 'current' or left_out_reason is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

settled as (
    select
        {{ entity_body('scores') | join(',\n        ') }},
        left_out_reason,
        case when row_reason is null then 'current' else 'quarantined' end as row_state,
        row_reason,
        row_column
    from used
    union all
    select
        clinic_id,
        source_system,
        raw_table,
        file_sha256,
        source_line,
        cast(null as string) as score_pseudonym,
        cast(null as string) as episode_pseudonym,
        client_id as client_pseudonym,
        cast(null as string) as session_pseudonym,
        measured_on,
        measured_utc as measured_at,
        measure_id,
        cast(null as decimal(9, 3)) as total_reported,
        cast(null as string) as items,
        true as is_keyed,
        'self' as rater,
        left_out_reason,
        row_state,
        row_reason,
        row_column
    from unused
)

{{ without_left_out('scores') }}
