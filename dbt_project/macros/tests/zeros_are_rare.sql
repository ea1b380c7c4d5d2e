{# Totals of zero where hardly anybody has one: some systems write a missing total as 0. Fails with the clinics and measures in which more than
   `share` of at least `at_least` current totals are zero. #}
{% test zeros_are_rare(model, measures, share, at_least) %}
select
    clinic_id,
    measure_id,
    count(*) as totals,
    count(*) filter (where total_reported = 0) as zeros
from {{ model }}
where row_state = 'current' and measure_id in ('{{ measures | join("', '") }}')
group by clinic_id, measure_id
having count(*) >= {{ at_least }} and count(*) filter (where total_reported = 0) > {{ share }} * count(*)
{% endtest %}
