-- Whose course ended in the twelve months up to the reported one, and of how many somebody looked at how it went.
with ended as (
    select
        clinic_id,
        episode_key,
        bool_and(factor <> 'not_reviewed') as is_reviewed,
        bool_or(factor = 'none_found') as is_none_found,
        bool_or(factor not in ('not_reviewed', 'none_found', 'external')) as has_factor
    from core.failure_register
    where
        ended_on >= $month - interval 11 month
        and ended_on < $month + interval 1 month
        and clinic_id in $clinics
    group by clinic_id, episode_key
)

select
    $whose as clinic_id,
    count(*) as ended,
    count(*) filter (where is_reviewed) as reviewed,
    count(*) filter (where is_none_found) as none_found,
    count(*) filter (where has_factor) as with_factor
from ended
group by all
order by clinic_id
