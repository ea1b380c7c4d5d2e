{# Sessions of systems that keep cancelled ones elsewhere: fails with the clinics that have at least `at_least` sessions in the past and none cancelled. #}
{% test cancellations_are_there(model, at_least) %}
select
    clinic_id,
    count(*) as sessions
from {{ model }}
where row_state = 'current' and attendance <> 'scheduled'
group by clinic_id
having count(*) >= {{ at_least }} and count(*) filter (where attendance like 'cancelled%') = 0
{% endtest %}
