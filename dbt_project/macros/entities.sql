{# The staging contract: the columns that each entity has in `stg_<system>__<entity>`, whatever system it came from, in order and with type.
   `row_state` says what became of a raw row: current, superseded or quarantined; the last two carry a reason. #}
{% macro entity_columns(entity) -%}
    {%- set entities = {
        'clients': [
            ('client_pseudonym', 'varchar'), ('birth_year', 'integer'), ('gender', 'varchar'), ('ethnicity', 'varchar'),
            ('employment_status', 'varchar'), ('deprivation_decile', 'integer'), ('identity_name_birth', 'varchar'),
            ('identity_strong', 'varchar'), ('key_strength', 'varchar'), ('merged_into_pseudonym', 'varchar')],
        'practitioners': [('practitioner_pseudonym', 'varchar'), ('role', 'varchar')],
        'episodes': [
            ('episode_pseudonym', 'varchar'), ('client_pseudonym', 'varchar'), ('practitioner_pseudonym', 'varchar'),
            ('referred_on', 'date'), ('consultation_outcome', 'varchar'), ('consultation_decided_on', 'date'),
            ('problem', 'varchar'), ('therapy', 'varchar'), ('ended_on', 'date'), ('ending', 'varchar'),
            ('ending_source_code', 'varchar'), ('redirected_to', 'varchar'), ('redirect_arrived_on', 'date'),
            ('has_closing_notice', 'boolean'), ('episode_source', 'varchar')],
        'sessions': [
            ('session_pseudonym', 'varchar'), ('episode_pseudonym', 'varchar'), ('client_pseudonym', 'varchar'),
            ('practitioner_pseudonym', 'varchar'), ('starts_at', 'timestamp'), ('starts_at_local', 'timestamp'),
            ('kind', 'varchar'), ('attendance', 'varchar'), ('attendance_evidence', 'varchar'),
            ('cancelled_at', 'timestamp'), ('medium', 'varchar'), ('participants', 'varchar')],
        'scores': [
            ('score_pseudonym', 'varchar'), ('episode_pseudonym', 'varchar'), ('client_pseudonym', 'varchar'),
            ('session_pseudonym', 'varchar'), ('measured_on', 'date'), ('measured_at', 'timestamp'),
            ('measure_id', 'varchar'), ('total_reported', 'decimal(9,3)'), ('items', 'varchar'), ('is_keyed', 'boolean'),
            ('rater', 'varchar')],
        'goals': [
            ('goal_pseudonym', 'varchar'), ('episode_pseudonym', 'varchar'), ('client_pseudonym', 'varchar'), ('set_on', 'date'),
            ('scale', 'varchar'), ('weight', 'decimal(9,3)'), ('closed_on', 'date'), ('close_reason', 'varchar')],
        'goal_ratings': [('goal_pseudonym', 'varchar'), ('rated_on', 'date'), ('rating', 'decimal(9,3)')],
        'consultation_items': [('episode_pseudonym', 'varchar'), ('item', 'varchar'), ('is_done', 'boolean')],
        'reviews': [
            ('episode_pseudonym', 'varchar'), ('reviewed_on', 'date'), ('reviewer', 'varchar'), ('factor', 'varchar'),
            ('detail', 'varchar')],
    } -%}
    {%- set head = [('clinic_id', 'varchar'), ('source_system', 'varchar'), ('raw_table', 'varchar'),
                    ('file_sha256', 'varchar'), ('source_line', 'bigint')] -%}
    {%- set tail = [('row_state', 'varchar'), ('row_reason', 'varchar'), ('row_column', 'varchar')] -%}
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
