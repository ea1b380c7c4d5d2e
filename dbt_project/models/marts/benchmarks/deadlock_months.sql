with rules as ({{ rules(['stalemate_session']) }}),

sessions as (
    select
        episode_key,
        cast(starts_at_local as date) as session_on,
        row_number() over (partition by episode_key order by starts_at, session_key) as number
    from {{ ref('sessions') }}
    where is_attended and kind <> 'follow_up' and not is_after_ending
),

-- Cases long enough for a deadlock, from the day of that session to their ending.
long_cases as (
    select
        episodes.episode_key,
        episodes.clinic_id,
        sessions.session_on as long_since,
        -- far away while it lasts: an outer join on `is null or` would compare every pair of rows
        coalesce(episodes.ended_on, date '9999-12-31') as lasts_until
    from sessions
    cross join rules
    inner join {{ ref('episodes') }} as episodes on sessions.episode_key = episodes.episode_key
    where sessions.number = rules.stalemate_session
),

states as (
    select
        episode_key,
        measure_id,
        rater,
        measured_on,
        is_stalemate,
        lead(measured_on) over course as next_on,
        coalesce(is_stalemate, false) and not coalesce(lag(is_stalemate) over course, false) as is_onset
    from {{ ref('int_stalemates') }}
    window course as (partition by episode_key, measure_id, rater order by position)
),

months as (
    select distinct
        counts.month,
        last_day(counts.month) as month_end,
        clinics.clinic_id
    from {{ ref('int_clinic_counts') }} as counts
    cross join {{ ref('clinics') }} as clinics
),

case_months as (
    select
        months.clinic_id,
        months.month,
        cases.episode_key,
        cases.episode_key is not null and cases.lasts_until > months.month_end as is_open_at_end,
        max(case when states.measured_on <= months.month_end and (states.next_on is null or states.next_on > months.month_end) then states.is_stalemate end)
            as is_stalemate,
        bool_or(states.is_onset and states.measured_on between months.month and months.month_end) as has_onset
    from months
    left join long_cases as cases
        on months.clinic_id = cases.clinic_id
        and cases.long_since <= months.month_end
        and cases.lasts_until >= months.month
    left join states on cases.episode_key = states.episode_key
    group by all
)

select
    clinic_id,
    month,
    count(episode_key) as open_case_months,
    count(*) filter (where is_open_at_end) as open_cases,
    count(*) filter (where is_open_at_end and is_stalemate is not null) as evaluable_cases,
    count(*) filter (where is_open_at_end and is_stalemate) as stalemates,
    count(*) filter (where has_onset) as new_stalemates,
    round(count(*) filter (where is_open_at_end and is_stalemate) / nullif(count(*) filter (where is_open_at_end and is_stalemate is not null), 0), 6)
        as prevalence_rate,
    round(100 * count(*) filter (where has_onset) / nullif(count(episode_key), 0), 6) as incidence_per_100_case_months
from case_months
group by clinic_id, month
