-- Nobody is in two sessions at once: an appointment entered again, or one that two practice systems both know.
select
    clinic_id,
    client_key,
    starts_at_local,
    {{ distinct_texts('source_system') }} as source_systems,
    count(*) as sessions,
    count(case when is_attended then 1 end) as attended_sessions
from {{ ref('sessions') }}
where client_key is not null and attendance not in ('rescheduled', 'scheduled')
group by clinic_id, client_key, starts_at_local
having count(*) > 1
