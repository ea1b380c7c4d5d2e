{# A key for things that their practice system gives none: 32 hexadecimal digits over the parts, which are pseudonyms, dates and codes.
   The same parts give the same key in every delivery; null parts count as such. #}
{% macro derived_key(parts) -%}
    md5(concat_ws('|'{% for part in parts %}, coalesce(cast({{ part }} as string), '~'){% endfor %}))
{%- endmacro %}
