with rules as ({{ rules(['change_index_critical', 'change_index_critical_hageman_arrindell']) }}),

-- A sample without spread, or without a known reliability, gives no index: null, and no verdict.
-- The verdict of Jacobson & Truax is the reported one: where network.yaml tells a reliable change and a deviation that do not fit each other, the
-- reliable change judges and the index only describes.
paired as (
    select
        changes.episode_key,
        changes.clinic_id,
        changes.measure_id,
        changes.rater,
        episodes.ended_on,
        measures.higher_is,
        changes.first_score,
        changes.last_score,
        changes.reliable_change_index,
        changes.category,
        changes.is_clinical_first,
        changes.is_clinical_last,
        samples.mean_first,
        samples.mean_last,
        nullif(samples.sd_first, 0) as sd_first,
        samples.reliability,
        case when samples.difference_reliability > 0 then samples.difference_reliability end as difference_reliability,
        coalesce(changes.critical_value, cast(rules.change_index_critical as double)) as critical_value,
        cast(rules.change_index_critical_hageman_arrindell as double) as critical_hageman_arrindell
    from {{ ref('int_measure_changes') }} as changes
    inner join {{ ref('episodes') }} as episodes on changes.episode_key = episodes.episode_key
    inner join {{ ref('int_measures') }} as measures on changes.measure_id = measures.measure_id
    left join {{ ref('int_change_samples') }} as samples on changes.measure_id = samples.measure_id and changes.rater = samples.rater
    cross join rules
    where changes.has_pair
),

indexed as (
    select
        episode_key,
        clinic_id,
        measure_id,
        rater,
        ended_on,
        higher_is,
        is_clinical_first,
        is_clinical_last,
        critical_value,
        critical_hageman_arrindell,
        reliable_change_index as jt_index,
        category as jt_category,
        round({{ index_gulliksen_lord_novick('first_score', 'last_score', 'mean_first', 'sd_first', 'reliability') }}, 6) as gln_index,
        round({{ index_hsu_linn_lord('first_score', 'last_score', 'mean_first', 'mean_last', 'sd_first', 'reliability') }}, 6) as hll_index,
        round({{ index_edwards_nunnally('first_score', 'last_score', 'mean_first', 'sd_first', 'reliability') }}, 6) as en_index,
        round({{ index_nunnally_kotsch('first_score', 'last_score', 'mean_first', 'sd_first', 'reliability', 'reliability') }}, 6) as nk_index,
        round({{ index_hageman_arrindell(
            'first_score', 'last_score', 'mean_first', 'mean_last', 'sd_first', 'reliability', 'difference_reliability'
        ) }}, 6) as ha_index
    from paired
)

select
    episode_key,
    clinic_id,
    measure_id,
    rater,
    ended_on,
    critical_value,
    critical_hageman_arrindell,
    jt_index,
    jt_category,
    {%- for method in ['gln', 'hll', 'en', 'nk', 'ha'] %}
    {%- set better = "case higher_is when 'worse' then -" ~ method ~ "_index else " ~ method ~ "_index end" %}
    {{ method }}_index,
    {{ outcome_category('(' ~ better ~ ')', 'critical_hageman_arrindell' if method == 'ha' else 'critical_value', 'is_clinical_first', 'is_clinical_last') }}
        as {{ method }}_category{{ ',' if not loop.last }}
    {%- endfor %}
from indexed
