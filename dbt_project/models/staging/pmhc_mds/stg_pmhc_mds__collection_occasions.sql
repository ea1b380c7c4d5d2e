{%- set head = [('clinic_id', 'string'), ('source_system', 'string'), ('raw_table', 'string'), ('file_sha256', 'string'), ('source_line', 'bigint')] %}
{%- set body = [('occasion_pseudonym', 'string'), ('episode_pseudonym', 'string'), ('measured_on', 'date'), ('reason', 'string')] %}
{%- set columns = (head + body) | map('first') | list %}

with typed as (
    select
        *,
        {{ parse_date('collection_occasion_date', 'ddmmyyyy') }} as measured_on
    from {{ source('raw_pmhc_mds', 'collection_occasions') }}
    where coalesce({{ adapter.quote('delete') }}, '') <> 'delete'
),

judged as (
    select
        clinic_id,
        'pmhc_mds' as source_system,
        'collection_occasions' as raw_table,
        file_sha256,
        source_line,
        delivered_order,
        collection_occasion_key as occasion_pseudonym,
        episode_key as episode_pseudonym,
        measured_on,
        reason_for_collection as reason,
        {{ row_problem([
            missing('collection_occasion_key'),
            not_a_deletion_mark(),
            missing('episode_key'),
            missing('collection_occasion_date'),
            not_a_date('collection_occasion_date', 'measured_on'),
        ]) }}
    from typed
),

deletions as (
    {{ requested_deletions('raw_pmhc_mds', {'collection_occasions': 'collection_occasion_key'}) }}
),

{{ settle_rows('judged', columns, ['occasion_pseudonym'], 'deletions') }}

select {{ columns | join(', ') }}, row_state, row_reason, row_column
from settled
union all
{{ deletion_request_rows('pmhc_mds', ['collection_occasions'], head + body) }}
