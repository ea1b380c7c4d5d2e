{# The staging contract: the columns that each entity has in `stg_<system>__<entity>`, whatever system it came from, in order and with type.
   `row_state` says what became of a raw row: current, superseded or quarantined; the last two carry a reason. #}
{% macro entity_columns(entity) -%}
    {%- set entities = {
        'clients': [
            ('client_pseudonym', 'string'), ('birth_year', 'integer'), ('gender', 'string'), ('ethnicity', 'string'),
            ('employment_status', 'string'), ('deprivation_decile', 'integer'), ('identity_name_birth', 'string'),
            ('identity_strong', 'string'), ('key_strength', 'string'), ('merged_into_pseudonym', 'string')],
        'practitioners': [('practitioner_pseudonym', 'string'), ('role', 'string')],
        'episodes': [
            ('episode_pseudonym', 'string'), ('client_pseudonym', 'string'), ('practitioner_pseudonym', 'string'),
            ('referred_on', 'date'), ('consultation_outcome', 'string'), ('consultation_decided_on', 'date'),
            ('problem', 'string'), ('therapy', 'string'), ('ended_on', 'date'), ('ending', 'string'),
            ('ending_source_code', 'string'), ('redirected_to', 'string'), ('redirect_arrived_on', 'date'),
            ('has_closing_notice', 'boolean'), ('episode_source', 'string')],
        'sessions': [
            ('session_pseudonym', 'string'), ('episode_pseudonym', 'string'), ('client_pseudonym', 'string'),
            ('practitioner_pseudonym', 'string'), ('starts_at', 'timestamp'), ('starts_at_local', 'timestamp'),
            ('kind', 'string'), ('attendance', 'string'), ('attendance_evidence', 'string'),
            ('cancelled_at', 'timestamp'), ('medium', 'string'), ('participants', 'string')],
        'scores': [
            ('score_pseudonym', 'string'), ('episode_pseudonym', 'string'), ('client_pseudonym', 'string'),
            ('session_pseudonym', 'string'), ('measured_on', 'date'), ('measured_at', 'timestamp'),
            ('measure_id', 'string'), ('total_reported', 'decimal(9,3)'), ('items', 'string'), ('is_keyed', 'boolean'),
            ('rater', 'string')],
        'goals': [
            ('goal_pseudonym', 'string'), ('episode_pseudonym', 'string'), ('client_pseudonym', 'string'), ('set_on', 'date'),
            ('scale', 'string'), ('weight', 'decimal(9,3)'), ('closed_on', 'date'), ('close_reason', 'string')],
        'goal_ratings': [('goal_pseudonym', 'string'), ('rated_on', 'date'), ('rating', 'decimal(9,3)')],
        'consultation_items': [('episode_pseudonym', 'string'), ('item', 'string'), ('is_done', 'boolean')],
        'reviews': [
            ('episode_pseudonym', 'string'), ('reviewed_on', 'date'), ('reviewer', 'string'), ('factor', 'string'),
            ('detail', 'string')],
    } -%}
    {%- set head = [('clinic_id', 'string'), ('source_system', 'string'), ('raw_table', 'string'),
                    ('file_sha256', 'string'), ('source_line', 'bigint')] -%}
    {%- set tail = [('row_state', 'string'), ('row_reason', 'string'), ('row_column', 'string')] -%}
    {{ return(head + entities[entity] + tail) }}
{%- endmacro %}

{# The names of an entity's columns without the tail that says what became of the row. #}
{% macro entity_body(entity) -%}
    {{ return((entity_columns(entity) | map('first') | list)[:-3]) }}
{%- endmacro %}

{# The select list of an entity: `clinic_id, source_system, …`. #}
{% macro entity_select_list(entity) -%}
    {{ entity_columns(entity) | map('first') | join(', ') }}
{%- endmacro %}
