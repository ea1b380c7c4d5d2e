{# Staging keeps every raw row once: the number of rows by file is the same on both sides. Fails with the files that differ. #}
{% test rows_are_accounted_for(model, source_name, source_table) %}
with raw_rows as (
    select clinic_id, file_sha256, count(*) as raw_count
    from {{ source(source_name, source_table) }}
    group by clinic_id, file_sha256
),

staged_rows as (
    select clinic_id, file_sha256, count(*) as staged_count
    from {{ model }}
    where raw_table = '{{ source_table }}'
    group by clinic_id, file_sha256
)

select
    coalesce(raw_rows.clinic_id, staged_rows.clinic_id) as clinic_id,
    coalesce(raw_rows.file_sha256, staged_rows.file_sha256) as file_sha256,
    raw_rows.raw_count,
    staged_rows.staged_count
from raw_rows
full outer join staged_rows
    on raw_rows.clinic_id = staged_rows.clinic_id
    and raw_rows.file_sha256 = staged_rows.file_sha256
where coalesce(raw_rows.raw_count, 0) <> coalesce(staged_rows.staged_count, 0)
{% endtest %}
