{%- set forms = {'k10p': ('k10', 10), 'k5': ('k5', 5)} %}
{%- set scales = {
    'sdq_emotional': 'sdq_emotional_symptoms', 'sdq_conduct': 'sdq_conduct_problem', 'sdq_hyperactivity': 'sdq_hyperactivity',
    'sdq_peer': 'sdq_peer_problem', 'sdq_prosocial': 'sdq_prosocial', 'sdq_impact': 'sdq_impact',
} %}

-- One row a form; an SDQ has one a scale. Its first scale accounts for the raw row, the others stand beside it as sdq#<scale>.
with forms as (
    {%- for table, (measure, items) in forms.items() %}
    select
        clinic_id,
        '{{ table }}' as raw_table,
        file_sha256,
        source_line,
        delivered_order,
        measure_key,
        measure_key as score_key,
        collection_occasion_key,
        {{ adapter.quote('delete') }},
        '{{ measure }}' as measure_id,
        {{ table }}_score as total,
        {%- set names = [] %}
        {%- for item in range(1, items + 1) %}{% do names.append(table ~ '_item' ~ item) %}{% endfor %}
        case
            when coalesce({{ names | join(', ') }}) is not null then concat_ws(';'{% for name in names %}, coalesce({{ name }}, ''){% endfor %})
        end as items,
        'self' as rater
    from {{ source('raw_pmhc_mds', table) }}
    union all
    {%- endfor %}
    {%- for measure, column in scales.items() %}
    select
        sdq.clinic_id,
        '{{ 'sdq' if loop.first else 'sdq#' ~ measure }}' as raw_table,
        sdq.file_sha256,
        sdq.source_line,
        sdq.delivered_order,
        sdq.measure_key,
        {{ derived_key(["'" ~ measure ~ "'", 'sdq.measure_key']) }} as score_key,
        sdq.collection_occasion_key,
        sdq.{{ adapter.quote('delete') }},
        '{{ measure }}' as measure_id,
        sdq.{{ column }} as total,
        cast(null as string) as items,
        raters.value as rater
    from {{ source('raw_pmhc_mds', 'sdq') }} as sdq
    left join {{ ref('pmhc_codes') }} as raters on raters.field = 'sdq_version' and sdq.sdq_version = raters.source_code
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

typed as (
    select
        forms.*,
        {{ parse_number('forms.total') }} as total_number,
        occasions.episode_pseudonym,
        occasions.measured_on
    from forms
    left join {{ ref('stg_pmhc_mds__collection_occasions') }} as occasions
        on forms.clinic_id = occasions.clinic_id
        and forms.collection_occasion_key = occasions.occasion_pseudonym
        and occasions.row_state = 'current'
    where coalesce(forms.{{ adapter.quote('delete') }}, '') <> 'delete'
),

judged as (
    select
        clinic_id,
        'pmhc_mds' as source_system,
        raw_table,
        file_sha256,
        source_line,
        delivered_order,
        case when measure_key is not null then score_key end as score_pseudonym,
        episode_pseudonym,
        cast(null as string) as client_pseudonym,
        cast(null as string) as session_pseudonym,
        measured_on,
        cast(null as timestamp) as measured_at,
        measure_id,
        total_number as total_reported,
        items,
        true as is_keyed,
        rater,
        {{ row_problem([
            missing('measure_key'),
            not_a_deletion_mark(),
            missing('collection_occasion_key'),
            ('collection_occasion_key', 'measured_on is null', 'unknown collection occasion'),
            not_a_number('total', 'total_number'),
            ('total', 'total is null and items is null', 'neither a total nor items'),
            ('sdq_version', 'rater is null', 'not a version of the questionnaire'),
        ]) }}
    from typed
),

deletions as (
    {{ requested_deletions('raw_pmhc_mds', {'k10p': 'measure_key', 'k5': 'measure_key'}) }}
    {%- for measure in scales %}
    union all
    select
        clinic_id,
        '{{ 'sdq' if loop.first else 'sdq#' ~ measure }}' as raw_table,
        {{ derived_key(["'" ~ measure ~ "'", 'measure_key']) }} as deleted_key,
        max(delivered_order) as deleted_order
    from {{ source('raw_pmhc_mds', 'sdq') }}
    where {{ adapter.quote('delete') }} = 'delete'
    group by clinic_id, measure_key
    {%- endfor %}
),

{{ settle_rows('judged', entity_body('scores'), ['score_pseudonym'], 'deletions') }}

select {{ entity_select_list('scores') }}
from settled
union all
{{ deletion_request_rows('pmhc_mds', ['k10p', 'k5', 'sdq'], entity_columns('scores')) }}
