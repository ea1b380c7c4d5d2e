{# The keys that delta.csv deliveries withdraw: one row per clinic, table and key, with the newest delivery that withdrew it. #}
{% macro canonical_deletions() -%}
    select
        clinic_id,
        lower({{ adapter.quote('table') }}) as raw_table,
        {{ adapter.quote('key') }} as deleted_key,
        max(delivered_order) as deleted_order
    from {{ source('raw_canonical', 'deletions') }}
    where lower(deleted) = 'yes'
    group by clinic_id, lower({{ adapter.quote('table') }}), {{ adapter.quote('key') }}
{%- endmacro %}
