-- The catalogue and the list of counted indicators name the same ones.
with counted as (
    {%- for indicator_id in counted_indicators() %}
    select '{{ indicator_id }}' as indicator_id
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select coalesce(indicators.indicator_id, counted.indicator_id) as indicator_id
from {{ ref('indicators') }} as indicators
full outer join counted on counted.indicator_id = indicators.indicator_id
where indicators.indicator_id is null or counted.indicator_id is null
