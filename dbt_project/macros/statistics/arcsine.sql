{# Limits and estimates on the arcsine scale, where a proportion's standard error is 1 / (2 √n) whatever the proportion (Freeman & Tukey 1950;
   used for proportions by Spiegelhalter 2005 and FunnelPlotR). Cut off at 0 and 1, beyond which the sine would turn back. #}
{% macro arcsine(proportion) -%}
    asin(sqrt({{ proportion }}))
{%- endmacro %}

{% macro from_arcsine(angle) -%}
    case when {{ angle }} < 0 then 0 when {{ angle }} > pi() / 2 then 1 else power(sin({{ angle }}), 2) end
{%- endmacro %}

{# The limit around `target` for `denominator` cases at `z` standard errors, widened by the variance between clinics `tau2`. #}
{% macro arcsine_limit(target, denominator, tau2, z) -%}
    {{ from_arcsine(arcsine(target) ~ ' + (' ~ z ~ ') * sqrt(1 / (4 * ' ~ denominator ~ ') + ' ~ tau2 ~ ')') }}
{%- endmacro %}

{# A clinic's rate drawn towards the target, the more the worse it is known (small denominator) and the less clinics truly differ (tau2). #}
{% macro shrunken_rate(numerator, denominator, target, tau2) -%}
    {%- set weight = tau2 ~ ' / nullif(' ~ tau2 ~ ' + 1 / (4 * ' ~ denominator ~ '), 0)' -%}
    {{ from_arcsine(
        arcsine(target) ~ ' + ' ~ weight ~ ' * (' ~ arcsine(numerator ~ ' / ' ~ denominator) ~ ' - ' ~ arcsine(target) ~ ')'
    ) }}
{%- endmacro %}

{# The variance between clinics on the logit scale that `tau2` on the arcsine scale amounts to near `rate` (delta method: d logit / d arcsine = 2 / √(p(1-p))). #}
{% macro logit_variance(tau2, rate) -%}
    ({{ tau2 }} * 4 / nullif({{ rate }} * (1 - {{ rate }}), 0))
{%- endmacro %}
