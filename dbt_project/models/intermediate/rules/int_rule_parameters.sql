with run as (
    select as_of from {{ source('inputs', 'parameters') }}
),

in_force as (
    select
        rule_parameters.parameter,
        rule_parameters.value,
        rule_parameters.unit,
        rule_parameters.version,
        rule_parameters.effective_on,
        rule_parameters.is_verified,
        rule_parameters.description,
        rule_parameters.source
    from {{ ref('rule_parameters') }} as rule_parameters
    cross join run
    where rule_parameters.effective_on <= run.as_of
    qualify row_number() over (partition by rule_parameters.parameter order by rule_parameters.version desc) = 1
),

overrides as (
    select parameter, cast(value as decimal(12, 4)) as value
    from {{ source('inputs', 'rule_overrides') }}
)

select
    in_force.parameter,
    coalesce(overrides.value, in_force.value) as value,
    in_force.value as default_value,
    overrides.value is not null as is_overridden,
    in_force.unit,
    in_force.version,
    in_force.effective_on,
    in_force.is_verified and overrides.value is null as is_verified,
    in_force.description,
    case when overrides.value is null then in_force.source else 'network.yaml' end as source
from in_force
left join overrides on in_force.parameter = overrides.parameter
