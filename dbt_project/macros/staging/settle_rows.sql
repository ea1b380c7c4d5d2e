{# Decides what becomes of each row of `relation`, a CTE with the entity's columns, row_reason, row_column and delivered_order:
   - quarantined: it has a problem, or its key stands twice in one delivery with different content;
   - superseded: a later delivery or version holds the same key, a later delivery deletes it, or the line repeats an earlier one word for word;
   - current: everything else.
   Adds the CTEs repeated_keys, contenders and settled; read from `settled`, whose row_state, row_reason and row_column are final.
   `columns` are the columns to keep, the common head included; `key` those of them that identify a row within its clinic.
   `deletions` names a CTE (clinic_id, raw_table, deleted_key, deleted_order) for systems that send deletions.
   `version` is a column of the relation that orders the versions of a key inside one delivery, for systems that tell when a record changed. #}
{% macro settle_rows(relation, columns, key, deletions=none, version="''") -%}
{%- set content = columns | reject('in', ['clinic_id', 'source_system', 'raw_table', 'file_sha256', 'source_line']) | list -%}
{%- set by_key = 'partition by rivals.clinic_id, rivals.' ~ key | join(', rivals.') -%}
repeated_keys as (
    select
        clinic_id,
        {{ key | join(', ') }}
    from {{ relation }}
    where row_reason is null
    group by clinic_id, {{ key | join(', ') }}
    having count(*) > 1
),

contenders as (
    select
        rivals.clinic_id,
        {% for part in key %}rivals.{{ part }},
        {% endfor %}rivals.raw_table,
        rivals.file_sha256,
        rivals.source_line,
        rivals.delivered_order,
        rivals.version,
        max(rivals.delivered_order) over ({{ by_key }}) as newest_order,
        max(rivals.version) over ({{ by_key }}, rivals.delivered_order) as newest_version,
        row_number() over (
            {{ by_key }}, rivals.delivered_order, rivals.version
            order by rivals.file_sha256, rivals.source_line
        ) as place_in_delivery,
        min(rivals.content) over ({{ by_key }}, rivals.delivered_order, rivals.version) as least_content,
        max(rivals.content) over ({{ by_key }}, rivals.delivered_order, rivals.version) as greatest_content
    from (
        select
            {{ relation }}.raw_table,
            {{ relation }}.file_sha256,
            {{ relation }}.source_line,
            {{ relation }}.delivered_order,
            coalesce({{ version }}, '') as version,
            {{ relation }}.clinic_id,
            {% for part in key %}{{ relation }}.{{ part }},
            {% endfor %}concat_ws('|'{% for column in content %}, coalesce(cast({{ relation }}.{{ column }} as string), '~'){% endfor %}) as content
        from {{ relation }}
        inner join repeated_keys
            on {{ relation }}.clinic_id = repeated_keys.clinic_id
            {% for part in key %}and coalesce(cast({{ relation }}.{{ part }} as string), '~') = coalesce(cast(repeated_keys.{{ part }} as string), '~')
            {% endfor %}
        where {{ relation }}.row_reason is null
    ) as rivals
),

settled as (
    select
        {% for column in columns %}{{ relation }}.{{ column }},
        {% endfor -%}
        case
            when {{ relation }}.row_reason is not null then 'quarantined'
            {% if deletions %}when deleted.deleted_order > {{ relation }}.delivered_order then 'superseded'
            {% endif -%}
            when contenders.delivered_order < contenders.newest_order then 'superseded'
            when contenders.version < contenders.newest_version then 'superseded'
            when contenders.least_content < contenders.greatest_content then 'quarantined'
            when contenders.place_in_delivery > 1 then 'superseded'
            else 'current'
        end as row_state,
        case
            when {{ relation }}.row_reason is not null then {{ relation }}.row_reason
            {% if deletions %}when deleted.deleted_order > {{ relation }}.delivered_order then 'deleted by a later delivery'
            {% endif -%}
            when contenders.delivered_order < contenders.newest_order then 'replaced by a later delivery'
            when contenders.version < contenders.newest_version then 'an older version of a record of the same delivery'
            when contenders.least_content < contenders.greatest_content then 'the key stands more than once with different content'
            when contenders.place_in_delivery > 1 then 'repeats an earlier line of the same delivery'
        end as row_reason,
        case
            when {{ relation }}.row_reason is not null then {{ relation }}.row_column
            when contenders.least_content < contenders.greatest_content then '{{ key[0] }}'
        end as row_column
    from {{ relation }}
    left join contenders
        on {{ relation }}.clinic_id = contenders.clinic_id
        {% for part in key %}and coalesce(cast({{ relation }}.{{ part }} as string), '~') = coalesce(cast(contenders.{{ part }} as string), '~')
        {% endfor %}and {{ relation }}.raw_table = contenders.raw_table
        and {{ relation }}.file_sha256 = contenders.file_sha256
        and {{ relation }}.source_line = contenders.source_line
    {% if deletions %}left join {{ deletions }} as deleted
        on {{ relation }}.clinic_id = deleted.clinic_id
        and {{ relation }}.raw_table = deleted.raw_table
        and {{ relation }}.{{ key[0] }} = deleted.deleted_key
    {% endif %}
)
{%- endmacro %}
