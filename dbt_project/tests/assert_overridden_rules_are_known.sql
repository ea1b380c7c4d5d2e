-- A misspelt rule in network.yaml would otherwise change nothing, silently.
select rule_overrides.parameter
from {{ source('inputs', 'rule_overrides') }} as rule_overrides
left join {{ ref('rule_parameters') }} as rule_parameters on rule_overrides.parameter = rule_parameters.parameter
where rule_parameters.parameter is null
