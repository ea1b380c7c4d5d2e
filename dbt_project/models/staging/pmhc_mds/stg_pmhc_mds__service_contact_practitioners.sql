{%- set head = [('clinic_id', 'string'), ('source_system', 'string'), ('raw_table', 'string'), ('file_sha256', 'string'), ('source_line', 'bigint')] %}
{%- set body = [('link_pseudonym', 'string'), ('session_pseudonym', 'string'), ('practitioner_pseudonym', 'string'), ('is_primary', 'boolean')] %}
{%- set columns = (head + body) | map('first') | list %}

with judged as (
    select
        clinic_id,
        'pmhc_mds' as source_system,
        'service_contact_practitioners' as raw_table,
        file_sha256,
        source_line,
        delivered_order,
        service_contact_practitioner_key as link_pseudonym,
        service_contact_key as session_pseudonym,
        practitioner_key as practitioner_pseudonym,
        coalesce(primary_practitioner_indicator = '1', false) as is_primary,
        {{ row_problem([
            missing('service_contact_practitioner_key'),
            not_a_deletion_mark(),
            missing('service_contact_key'),
            missing('practitioner_key'),
        ]) }}
    from {{ source('raw_pmhc_mds', 'service_contact_practitioners') }}
    where coalesce({{ adapter.quote('delete') }}, '') <> 'delete'
),

deletions as (
    {{ requested_deletions('raw_pmhc_mds', {'service_contact_practitioners': 'service_contact_practitioner_key'}) }}
),

{{ settle_rows('judged', columns, ['link_pseudonym'], 'deletions') }}

select {{ columns | join(', ') }}, row_state, row_reason, row_column
from settled
union all
{{ deletion_request_rows('pmhc_mds', ['service_contact_practitioners'], head + body) }}
