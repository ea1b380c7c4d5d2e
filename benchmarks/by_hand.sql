-- What somebody would write who wants the monthly rates and nothing else: no pseudonyms, checks, resubmissions or tests.
-- Expects the views referrals, contacts, activity_scores and referral_scores over the delivered files.
with treatments as (
    select clinic, PathwayID, min(CareContDate) as first_treatment_on, count(*) as treatments
    from contacts
    where AttendOrDNACode in ('05', '06') and AppType in ('02', '03', '05')
    group by clinic, PathwayID
),

scores as (
    select scores.clinic, scores.PathwayID, CodedAssToolType as tool, PersScore as score, CareContDate as measured_on
    from activity_scores as scores
    inner join contacts on scores.clinic = contacts.clinic and scores.Unique_CareContactID = contacts.Unique_CareContactID
    where CodedAssToolType in ('720433000', '445455005')
    union all
    select clinic, PathwayID, CodedAssToolType, PersScore, AssToolCompDate
    from referral_scores
    where CodedAssToolType in ('720433000', '445455005')
),

pairs as (
    select
        referrals.clinic,
        referrals.PathwayID,
        cast(date_trunc('month', ServDischDate) as date) as month,
        scores.tool,
        min_by(score, measured_on) filter (where measured_on <= first_treatment_on) as first_score,
        max_by(score, measured_on) as last_score,
        max(measured_on) > min(measured_on) filter (where measured_on <= first_treatment_on) as has_pair
    from referrals
    inner join treatments on referrals.clinic = treatments.clinic and referrals.PathwayID = treatments.PathwayID
    inner join scores on referrals.clinic = scores.clinic and referrals.PathwayID = scores.PathwayID
    where ServDischDate is not null and treatments >= 2 and measured_on <= ServDischDate and score <= if(tool = '720433000', 27, 21)
    group by referrals.clinic, referrals.PathwayID, month, scores.tool
),

judged as (
    select
        clinic,
        PathwayID,
        month,
        bool_or(first_score >= if(tool = '720433000', 10, 8)) as is_at_caseness,
        bool_and(last_score < if(tool = '720433000', 10, 8)) as is_below_at_end,
        bool_or(first_score - last_score >= if(tool = '720433000', 6, 4)) as is_better,
        bool_or(last_score - first_score >= if(tool = '720433000', 6, 4)) as is_worse
    from pairs
    where has_pair
    group by clinic, PathwayID, month
    having count(*) = 2
)

select
    clinic,
    month,
    count(*) as paired,
    count(*) filter (where is_at_caseness) as at_caseness,
    count(*) filter (where is_at_caseness and is_below_at_end) as recovered,
    count(*) filter (where is_better and not is_worse) as reliably_improved,
    count(*) filter (where is_worse and not is_better) as reliably_deteriorated
from judged
group by clinic, month
order by clinic, month
