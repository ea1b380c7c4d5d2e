-- Thirty days that are not over yet, and a system that records no arrivals, leave it unknown.
select
    consultations.episode_key as item_key,
    consultations.clinic_id,
    case
        when consultations.is_timely_redirect then coalesce(consultations.consultation_decided_on, episodes.ended_on)
        else episodes.ended_on
    end as counted_on,
    case when consultations.redirect_state not in ('pending', 'not_recorded') then consultations.redirect_state = 'arrived' end as is_numerator,
    false as is_excluded
from {{ ref('consultations') }} as consultations
inner join {{ ref('episodes') }} as episodes on episodes.episode_key = consultations.episode_key
where consultations.is_redirected
