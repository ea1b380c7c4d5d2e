{# What a variance between clinics on the logit scale means for a person. #}

{# Intraclass correlation on the latent scale: the share of all variance that lies between clinics; π²/3 is that of the logistic distribution. #}
{% macro intraclass_correlation(variance) -%}
    ({{ variance }} / ({{ variance }} + power(pi(), 2) / 3))
{%- endmacro %}

{# Median odds ratio (Merlo et al. 2006): how much the odds differ between two clinics taken at random, in the middle of all such pairs. #}
{% macro median_odds_ratio(variance) -%}
    exp(sqrt(2 * {{ variance }}) * 0.6744897501960817)
{%- endmacro %}
