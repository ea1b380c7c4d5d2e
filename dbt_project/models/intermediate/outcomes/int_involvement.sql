-- How both sides took part, as far as records show: did the client come, was change looked at, was the alliance asked about.
with answered as (
    select
        scores.episode_key,
        {{ list_in_order('scores.measured_on', 'scores.measured_on') }} as answered_dates,
        count(*) filter (where measures.axis = 'alliance') as alliance_scores
    from {{ ref('measure_scores') }} as scores
    inner join {{ ref('int_measures') }} as measures on scores.measure_id = measures.measure_id
    where scores.is_used
    group by scores.episode_key
)

select
    contacts.episode_key,
    contacts.attended_sessions,
    contacts.missed_sessions,
    case
        when contacts.attended_sessions + contacts.missed_sessions > 0
            then cast(contacts.attended_sessions as double) / (contacts.attended_sessions + contacts.missed_sessions)
    end as client_attendance_rate,
    case
        when contacts.attended_sessions > 0
            then coalesce(cast({{ values_in_common('contacts.attended_dates', 'answered.answered_dates') }} as double), 0)
                / {{ distinct_values('contacts.attended_dates') }}
    end as measured_session_rate,
    coalesce(answered.alliance_scores, 0) as alliance_scores
from {{ ref('int_episode_contacts') }} as contacts
left join answered on contacts.episode_key = answered.episode_key
