-- A reliable change that network.yaml leaves to standard deviation and reliability needs a confidence level of the seed confidence_levels.
select
    network.measure_id,
    network.confidence
from {{ source('inputs', 'network_measures') }} as network
inner join {{ ref('int_threshold_versions') }} as versions
    on network.measure_id = versions.measure_id
    and versions.rule_set = 'network'
where
    network.sd is not null
    and network.reliability is not null
    and versions.reliable_change is null
