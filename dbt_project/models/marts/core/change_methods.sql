with judged as (
    {%- for method in ['jt', 'gln', 'hll', 'en', 'nk', 'ha'] %}
    select
        measure_id,
        rater,
        '{{ method }}' as method,
        {{ 'critical_hageman_arrindell' if method == 'ha' else 'critical_value' }} as critical_value,
        {{ method }}_index as change_index,
        {{ method }}_category as category
    from {{ ref('change_indices') }}
    where ended_on is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

counted as (
    select
        measure_id,
        rater,
        method,
        min(critical_value) as lowest_critical_value,
        max(critical_value) as highest_critical_value,
        count(change_index) as indexed,
        count(case when category = 'recovered' then 1 end) as recovered,
        count(case when category = 'improved' then 1 end) as improved,
        count(case when category = 'unchanged' then 1 end) as unchanged,
        count(case when category = 'deteriorated' then 1 end) as deteriorated
    from judged
    group by measure_id, rater, method
)

select
    counted.measure_id,
    counted.rater,
    counted.method,
    samples.pairs,
    samples.mean_first,
    samples.sd_first,
    samples.mean_last,
    samples.sd_last,
    samples.correlation,
    samples.reliability,
    samples.reliability_kind,
    case when counted.method = 'ha' then samples.difference_reliability end as difference_reliability,
    case when counted.lowest_critical_value = counted.highest_critical_value then counted.highest_critical_value end as critical_value,
    counted.indexed,
    counted.recovered,
    counted.improved,
    counted.unchanged,
    counted.deteriorated
from counted
inner join {{ ref('int_change_samples') }} as samples on counted.measure_id = samples.measure_id and counted.rater = samples.rater
