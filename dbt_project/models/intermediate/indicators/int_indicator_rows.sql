{%- for indicator_id in counted_indicators() %}
select
    '{{ indicator_id }}' as indicator_id,
    item_key,
    clinic_id,
    counted_on,
    is_numerator,
    is_excluded
from {{ ref('int_indicator__' ~ indicator_id) }}
{{ 'union all' if not loop.last }}
{%- endfor %}
