-- A measure that network.yaml declares brings totals, or all its items; how many there are and which are reversed nobody told.
select
    measures.measure_id,
    measures.name,
    measures.axis,
    measures.minimum,
    measures.maximum,
    measures.higher_is,
    measures.item_count,
    measures.unscored_items,
    measures.item_minimum,
    measures.item_maximum,
    measures.scoring,
    measures.max_missing_items,
    measures.prorated_decimals,
    measures.not_applicable_item,
    measures.full_form_items,
    measures.full_form_positions,
    measures.reverse_items,
    measures.risk_item,
    measures.outcome_rank,
    measures.recall_days,
    measures.age_group,
    measures.usual_rater,
    measures.source,
    measures.evidence,
    cast(coalesce(network.clinical_mean, norms.clinical_mean) as double) as norm_mean,
    cast(coalesce(network.clinical_sd, network.sd, norms.clinical_sd) as double) as norm_sd,
    cast(coalesce(network.reliability, norms.reliability) as double) as norm_reliability,
    case when network.reliability is null then norms.reliability_kind end as reliability_kind
from {{ ref('measure_catalogue') }} as measures
left join {{ ref('measure_norms') }} as norms on measures.measure_id = norms.measure_id
left join {{ source('inputs', 'network_measures') }} as network on measures.measure_id = network.measure_id

union all

select
    network.measure_id,
    network.name,
    network.axis,
    cast(network.minimum as decimal(9, 3)) as minimum,
    cast(network.maximum as decimal(9, 3)) as maximum,
    network.higher_is,
    cast(null as integer) as item_count,
    0 as unscored_items,
    cast(null as decimal(9, 3)) as item_minimum,
    cast(null as decimal(9, 3)) as item_maximum,
    'sum' as scoring,
    0 as max_missing_items,
    3 as prorated_decimals,
    cast(null as integer) as not_applicable_item,
    cast(null as integer) as full_form_items,
    null as full_form_positions,
    null as reverse_items,
    cast(null as integer) as risk_item,
    case when network.axis in ('symptoms', 'functioning', 'wellbeing') then 100 end as outcome_rank,
    cast(null as integer) as recall_days,
    'any' as age_group,
    'self' as usual_rater,
    network.source,
    'network' as evidence,
    network.clinical_mean as norm_mean,
    coalesce(network.clinical_sd, network.sd) as norm_sd,
    network.reliability as norm_reliability,
    null as reliability_kind
from {{ source('inputs', 'network_measures') }} as network
left join {{ ref('measure_catalogue') }} as measures on network.measure_id = measures.measure_id
where measures.measure_id is null
