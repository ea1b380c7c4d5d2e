{%- set parameters = [
    'interval_z', 'alarm_z', 'alert_lower_level', 'alert_upper_level', 'alarm_lower_level', 'alarm_upper_level',
    'minimum_denominator_shown', 'minimum_denominator_compared', 'minimum_clinics_compared', 'minimum_completeness',
    'involvement_share', 'false_discovery_rate', 'minimum_clinics_overdispersion', 'winsorised_share', 'history_months',
    'chart_baseline_points', 'chart_limit_factor', 'chart_screening_factor', 'chart_shift_points', 'chart_trend_points',
    'suppressed_up_to_internal', 'suppressed_up_to_external', 'disclosure_rounding', 'disclosure_width', 'practitioner_months',
] -%}

with in_force as (
    select
        defaults.parameter,
        coalesce(cast(overrides.value as double), defaults.value) as value
    from {{ ref('benchmark_parameters') }} as defaults
    left join {{ source('inputs', 'rule_overrides') }} as overrides on overrides.parameter = defaults.parameter
)

select
    {%- for parameter in parameters %}
    max(value) filter (where parameter = '{{ parameter }}') as {{ parameter }}{{ ',' if not loop.last }}
    {%- endfor %}
from in_force
