{# The staging of tables in the shape of the canonical CSV, for the systems that have it: canonical itself, and mapped, whose files are brought into
   that shape at the door. A canonical row names its episode; a mapped one names the client where its system keeps no episodes. Only canonical
   deliveries withdraw keys. #}

{% macro of_somebody(system) -%}
    {%- if system == 'canonical' -%}
        {{ return(missing('episode_id')) }}
    {%- endif -%}
    {{ return(('client_id', 'client_id is null and episode_id is null', 'neither an episode nor a client')) }}
{%- endmacro %}

{% macro staged_clients(system) -%}
with source as (
    select
        clinic_id,
        file_sha256,
        source_line,
        delivered_order,
        client_id,
        birth_date_year as birth_date,
        lower(gender) as gender,
        lower(ethnicity) as ethnicity,
        lower(employment_status) as employment_status,
        deprivation_decile,
        identity_name_birth
    from {{ source('raw_' ~ system, 'clients') }}
),

typed as (
    select
        *,
        -- a person's therapies count also where an attribute cannot be read; ops.column_profiles counts such values
        case when birth_date <> 'invalid' then cast(birth_date as integer) end as birth_year,
        {{ parse_number('deprivation_decile') }} as decile
    from source
),

judged as (
    select
        clinic_id,
        '{{ system }}' as source_system,
        'clients' as raw_table,
        file_sha256,
        source_line,
        delivered_order,
        client_id as client_pseudonym,
        birth_year,
        gender,
        ethnicity,
        employment_status,
        case when decile between 1 and 10 then cast(decile as integer) end as deprivation_decile,
        identity_name_birth,
        cast(null as string) as identity_strong,
        'strong' as key_strength,
        cast(null as string) as merged_into_pseudonym,
        {{ row_problem([
            missing('client_id'),
        ]) }}
    from typed
),

{%- if system == 'canonical' %}
deletions as (
    {{ canonical_deletions() }}
),
{%- endif %}

{{ settle_rows('judged', entity_body('clients'), ['client_pseudonym'], 'deletions' if system == 'canonical' else none) }}

select {{ entity_select_list('clients') }}
from settled
{%- endmacro %}

{% macro staged_practitioners(system) -%}
with judged as (
    select
        clinic_id,
        '{{ system }}' as source_system,
        'practitioners' as raw_table,
        file_sha256,
        source_line,
        delivered_order,
        practitioner_id as practitioner_pseudonym,
        lower(role) as role,
        {{ row_problem([missing('practitioner_id')]) }}
    from {{ source('raw_' ~ system, 'practitioners') }}
),

{%- if system == 'canonical' %}
deletions as (
    {{ canonical_deletions() }}
),
{%- endif %}

{{ settle_rows('judged', entity_body('practitioners'), ['practitioner_pseudonym'], 'deletions' if system == 'canonical' else none) }}

select {{ entity_select_list('practitioners') }}
from settled
{%- endmacro %}

{% macro staged_episodes(system) -%}
with source as (
    select
        clinic_id,
        file_sha256,
        source_line,
        delivered_order,
        episode_id,
        client_id,
        practitioner_id,
        referred_on,
        lower(consultation_outcome) as consultation_outcome,
        consultation_decided_on,
        lower(problem) as problem,
        lower(therapy) as therapy,
        ended_on,
        lower(ending) as ending,
        redirected_to,
        redirect_arrived_on,
        lower(closing_notice) as closing_notice
    from {{ source('raw_' ~ system, 'episodes') }}
),

typed as (
    select
        source.*,
        {{ parse_date('source.referred_on') }} as referred_date,
        {{ parse_date('source.consultation_decided_on') }} as consultation_decided_date,
        {{ parse_date('source.ended_on') }} as ended_date,
        {{ parse_date('source.redirect_arrived_on') }} as redirect_arrived_date,
        endings.ending as known_ending
    from source
    left join {{ ref('endings') }} as endings on source.ending = endings.ending
),

judged as (
    select
        clinic_id,
        '{{ system }}' as source_system,
        'episodes' as raw_table,
        file_sha256,
        source_line,
        delivered_order,
        episode_id as episode_pseudonym,
        client_id as client_pseudonym,
        practitioner_id as practitioner_pseudonym,
        referred_date as referred_on,
        consultation_outcome,
        consultation_decided_date as consultation_decided_on,
        problem,
        therapy,
        ended_date as ended_on,
        -- a code without a meaning stays visible as source code and counts as unknown, never as planned
        coalesce(known_ending, case when ended_date is not null then 'unknown' end) as ending,
        ending as ending_source_code,
        redirected_to,
        redirect_arrived_date as redirect_arrived_on,
        closing_notice = 'yes' as has_closing_notice,
        'explicit' as episode_source,
        {{ row_problem([
            missing('episode_id'),
            missing('client_id'),
            missing('referred_on'),
            not_a_date('referred_on', 'referred_date'),
            not_a_date('consultation_decided_on', 'consultation_decided_date'),
            not_a_date('ended_on', 'ended_date'),
            not_a_date('redirect_arrived_on', 'redirect_arrived_date'),
            not_a_code('consultation_outcome', 'consultation_outcome'),
            not_a_code('closing_notice', 'flag'),
            ('ended_on', 'ended_date < referred_date', 'ended before it was referred'),
        ]) }}
    from typed
),

{%- if system == 'canonical' %}
deletions as (
    {{ canonical_deletions() }}
),
{%- endif %}

{{ settle_rows('judged', entity_body('episodes'), ['episode_pseudonym'], 'deletions' if system == 'canonical' else none) }}

select {{ entity_select_list('episodes') }}
from settled
{%- endmacro %}

{% macro staged_sessions(system) -%}
with source as (
    select
        clinic_id,
        file_sha256,
        source_line,
        delivered_order,
        session_id,
        episode_id,
        {{ 'client_id' if system == 'mapped' else 'cast(null as string)' }} as client_id,
        practitioner_id,
        starts_at,
        lower(kind) as kind,
        lower(attendance) as attendance,
        cancelled_at,
        lower(medium) as medium
    from {{ source('raw_' ~ system, 'sessions') }}
),

typed as (
    select
        source.*,
        {{ utc_from_text('source.starts_at', 'clinics.time_zone') }} as starts_utc,
        {{ utc_from_text('source.cancelled_at', 'clinics.time_zone') }} as cancelled_utc,
        clinics.time_zone,
        attendance_codes.attendance as known_attendance
    from source
    inner join {{ source('inputs', 'clinics') }} as clinics on source.clinic_id = clinics.clinic_id
    left join {{ ref('attendance_codes') }} as attendance_codes on source.attendance = attendance_codes.attendance
),

judged as (
    select
        clinic_id,
        '{{ system }}' as source_system,
        'sessions' as raw_table,
        file_sha256,
        source_line,
        delivered_order,
        session_id as session_pseudonym,
        episode_id as episode_pseudonym,
        client_id as client_pseudonym,
        practitioner_id as practitioner_pseudonym,
        starts_utc as starts_at,
        {{ local_from_utc('starts_utc', 'time_zone') }} as starts_at_local,
        kind,
        coalesce(known_attendance, 'unknown') as attendance,
        'explicit' as attendance_evidence,
        cancelled_utc as cancelled_at,
        medium,
        cast(null as string) as participants,
        {{ row_problem([
            missing('session_id'),
            of_somebody(system),
            missing('starts_at'),
            not_a_time('starts_at', 'starts_utc'),
            not_a_time('cancelled_at', 'cancelled_utc'),
            missing('kind'),
            not_a_code('kind', 'kind'),
            missing('attendance'),
            not_a_code('medium', 'medium'),
        ]) }}
    from typed
),

{%- if system == 'canonical' %}
deletions as (
    {{ canonical_deletions() }}
),
{%- endif %}

{{ settle_rows('judged', entity_body('sessions'), ['session_pseudonym'], 'deletions' if system == 'canonical' else none) }}

select {{ entity_select_list('sessions') }}
from settled
{%- endmacro %}

{% macro staged_scores(system) -%}
with source as (
    select
        clinic_id,
        file_sha256,
        source_line,
        delivered_order,
        score_id,
        episode_id,
        {{ 'client_id' if system == 'mapped' else 'cast(null as string)' }} as client_id,
        session_id,
        measured_on,
        lower(measure) as measure,
        total,
        lower(items) as items,
        lower(keyed) as keyed,
        lower(rater) as rater
    from {{ source('raw_' ~ system, 'scores') }}
),

typed as (
    select
        *,
        {{ parse_date('measured_on') }} as measured_date,
        {{ parse_number('total') }} as total_number
    from source
),

judged as (
    select
        clinic_id,
        '{{ system }}' as source_system,
        'scores' as raw_table,
        file_sha256,
        source_line,
        delivered_order,
        score_id as score_pseudonym,
        episode_id as episode_pseudonym,
        client_id as client_pseudonym,
        session_id as session_pseudonym,
        measured_date as measured_on,
        cast(null as timestamp) as measured_at,
        measure as measure_id,
        total_number as total_reported,
        items,
        coalesce(keyed, 'yes') = 'yes' as is_keyed,
        rater,
        {{ row_problem([
            missing('score_id'),
            of_somebody(system),
            missing('measured_on'),
            not_a_date('measured_on', 'measured_date'),
            missing('measure'),
            not_a_number('total', 'total_number'),
            ('items', 'total is null and items is null', 'neither a total nor items'),
            not_a_code('keyed', 'flag'),
            not_a_code('rater', 'rater'),
        ]) }}
    from typed
),

{%- if system == 'canonical' %}
deletions as (
    {{ canonical_deletions() }}
),
{%- endif %}

{{ settle_rows('judged', entity_body('scores'), ['score_pseudonym'], 'deletions' if system == 'canonical' else none) }}

select {{ entity_select_list('scores') }}
from settled
{%- endmacro %}

{% macro staged_goals(system) -%}
with source as (
    select
        clinic_id,
        file_sha256,
        source_line,
        delivered_order,
        goal_id,
        episode_id,
        {{ 'client_id' if system == 'mapped' else 'cast(null as string)' }} as client_id,
        set_on,
        lower(scale) as scale,
        weight,
        closed_on,
        lower(close_reason) as close_reason
    from {{ source('raw_' ~ system, 'goals') }}
),

typed as (
    select
        *,
        {{ parse_date('set_on') }} as set_date,
        {{ parse_date('closed_on') }} as closed_date,
        {{ parse_number('weight') }} as weight_number
    from source
),

judged as (
    select
        clinic_id,
        '{{ system }}' as source_system,
        'goals' as raw_table,
        file_sha256,
        source_line,
        delivered_order,
        goal_id as goal_pseudonym,
        episode_id as episode_pseudonym,
        client_id as client_pseudonym,
        set_date as set_on,
        scale,
        weight_number as weight,
        closed_date as closed_on,
        close_reason,
        {{ row_problem([
            missing('goal_id'),
            of_somebody(system),
            missing('set_on'),
            not_a_date('set_on', 'set_date'),
            missing('scale'),
            not_a_code('scale', 'scale'),
            not_a_number('weight', 'weight_number'),
            ('weight', 'weight_number <= 0', 'a weight must be greater than 0'),
            not_a_date('closed_on', 'closed_date'),
            not_a_code('close_reason', 'close_reason'),
        ]) }}
    from typed
),

{%- if system == 'canonical' %}
deletions as (
    {{ canonical_deletions() }}
),
{%- endif %}

{{ settle_rows('judged', entity_body('goals'), ['goal_pseudonym'], 'deletions' if system == 'canonical' else none) }}

select {{ entity_select_list('goals') }}
from settled
{%- endmacro %}

{% macro staged_goal_ratings(system) -%}
with typed as (
    select
        clinic_id,
        file_sha256,
        source_line,
        delivered_order,
        goal_id,
        rated_on,
        rating,
        {{ parse_date('rated_on') }} as rated_date,
        {{ parse_number('rating') }} as rating_number
    from {{ source('raw_' ~ system, 'goal_ratings') }}
),

judged as (
    select
        clinic_id,
        '{{ system }}' as source_system,
        'goal_ratings' as raw_table,
        file_sha256,
        source_line,
        delivered_order,
        goal_id as goal_pseudonym,
        rated_date as rated_on,
        rating_number as rating,
        {{ row_problem([
            missing('goal_id'),
            missing('rated_on'),
            not_a_date('rated_on', 'rated_date'),
            missing('rating'),
            not_a_number('rating', 'rating_number'),
        ]) }}
    from typed
),

{{ settle_rows('judged', entity_body('goal_ratings'), ['goal_pseudonym', 'rated_on']) }}

select {{ entity_select_list('goal_ratings') }}
from settled
{%- endmacro %}
