-- The way from the first consultation through treatment to the ending, of everyone whose course ended in the twelve months
-- up to the reported one. Under the external profile streams of fewer than eleven people are one stream, `other`.
with ended as (
    select
        clinic_id,
        coalesce(consultation_outcome, 'not_recorded') as consultation,
        case
            when attended_treatment_sessions = 0 then 'untreated'
            when attended_treatment_sessions = 1 then 'once'
            else 'treated'
        end as treatment,
        ending_class as ending
    from core.episodes
    where
        ended_on >= $month - interval 11 month
        and ended_on < $month + interval 1 month
        and clinic_id in $clinics
),

streams as (
    select
        $whose as clinic_id,
        consultation,
        treatment,
        ending,
        count(*) < (select if(parameters.disclosure = 'external', 11, 1) from ops.parameters) as is_small,
        count(*) as people
    from ended
    group by all
)

select
    clinic_id,
    if(is_small, 'other', consultation) as consultation,
    if(is_small, 'other', treatment) as treatment,
    if(is_small, 'other', ending) as ending,
    sum(people)::bigint as people
from streams
group by all
order by clinic_id, consultation, treatment, ending
