{# Every one of `columns` has a value in every row. One query for a whole table, where a not_null test for each column would be one query each. #}
{% test no_gaps(model, columns) %}
select {{ columns | join(', ') }}
from {{ model }}
where {{ columns | join(' is null or ') }} is null
{% endtest %}
