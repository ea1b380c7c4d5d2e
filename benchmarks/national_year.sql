-- One clinic's thirteen months in the tables of the IAPT data set. Every figure is drawn from a hash of the seed, what is drawn and the
-- number of the row in the whole network, so that a clinic's files are the same whichever other clinics are written.
-- Variables: seed, clinic (its number from 0), referrals (of one year and clinic).

create or replace macro chance(draw, number) as (hash(getvariable('seed'), draw, number) % 16777216 + 0.5) / 16777216;
create or replace macro normal(draw, number) as
    sqrt(-2 * ln(chance(draw, number))) * cos(2 * pi() * chance(draw || ' angle', number));
create or replace macro whole(low, high, draw, number) as cast(floor(low + (high - low + 1) * chance(draw, number)) as integer);
-- the national numbering of months: 1433 is April 2026's submission in the data set's own counting here
create or replace macro national_month(day) as 1433 + (year(day) - 2026) * 12 + month(day) - 4;

-- A referral takes one of five ways: not seen, assessed only, a planned course, one that the client breaks off, one that the service ends.
create or replace temporary table referrals as
with numbered as (
    select
        getvariable('clinic') * getvariable('referrals') * 2 + place as number,
        place
    from range(cast(ceil(getvariable('referrals') * 13 / 12) as bigint)) as places (place)
),

drawn as (
    select
        number,
        100000000 + number as pathway,
        -- one in twelve comes back within the year
        500000000 + case when place > 50 and chance('returns', number) < 0.083 then number - 37 else number end as person,
        date '2025-04-01' + cast(floor((place + chance('day', number)) * 365 / getvariable('referrals')) as integer) as referred_on,
        chance('way', number) as way,
        chance('end', number) as end_draw,
        whole(10, 45, 'wait', number) as wait,
        whole(1, 12, 'practitioner', number) as practitioner,
        whole(0, 4, 'weekday', number) as weekday,
        whole(8, 18, 'hour', number) as hour,
        chance('intensity', number) < 0.45 as is_high_intensity,
        chance('complaint', number) as complaint_draw,
        -- clinics differ a little in how much their clients change
        least(27, greatest(0, 15.2 + 5.6 * normal('depression', number))) as depression,
        0.10 * normal('clinic', getvariable('clinic')) as clinic_effect
    from numbered
),

planned as (
    select
        *,
        case
            when way < 0.24 then 'not seen'
            when way < 0.34 then 'assessed only'
            when way < 0.76 then 'completed'
            when way < 0.96 then 'broken off'
            else 'ended by the service'
        end as course,
        least(21, greatest(0, 13.4 + 0.55 * (depression - 15.2) + 3.8 * normal('anxiety', number))) as anxiety,
        -- the share of the way from the first score to none that a whole course would go; below nothing is getting worse
        0.98 + clinic_effect + 0.60 * normal('response', number) as response
    from drawn
),

counted as (
    select
        *,
        case course
            when 'not seen' then cast(chance('contacts', number) < 0.3 as integer)
            when 'assessed only' then whole(1, 2, 'contacts', number)
            when 'completed' then 3 + cast(floor(-10.5 * ln(1 - 0.985 * chance('contacts', number))) as integer)
            else 2 + cast(floor(-6.0 * ln(1 - 0.985 * chance('contacts', number))) as integer)
        end as contacts
    from planned
)

select
    *,
    -- the day by which the episode is closed, whether or not that lies within the months that are written
    referred_on + wait + 7 * greatest(contacts - 1, 0) + whole(3, 21, 'closing', number) as ended_on,
    case course
        when 'not seen' then case when end_draw < 0.55 then '50' when end_draw < 0.75 then '14' when end_draw < 0.87 then '10' else '11' end
        when 'assessed only' then case when end_draw < 0.45 then '12' when end_draw < 0.75 then '16' when end_draw < 0.9 then '11' else '13' end
        when 'completed' then case when end_draw < 0.98 then '46' else '96' end
        when 'broken off' then case when end_draw < 0.985 then '47' end
        else case when end_draw < 0.9 then '48' else '49' end
    end as end_code,
    case
        when complaint_draw < 0.30 then 'F32.9' when complaint_draw < 0.38 then 'F33.9' when complaint_draw < 0.58 then 'F41.1'
        when complaint_draw < 0.68 then 'F41.2' when complaint_draw < 0.74 then 'F41.0' when complaint_draw < 0.80 then 'F40.1'
        when complaint_draw < 0.86 then 'F43.1' when complaint_draw < 0.90 then 'F42.9' when complaint_draw < 0.93 then 'F45.2'
        else ''
    end as complaint
from counted;

-- Weekly contacts, attended more often once a course has begun; the last of a course that is broken off is missed half of the time.
create or replace temporary table contacts as
with placed as (
    select
        referrals.*,
        place,
        number * 64 + place as contact_number,
        referred_on + wait + 7 * cast(place as integer) as contact_on
    from referrals, range(contacts) as places (place)
),

drawn as (
    select
        *,
        chance('attendance', contact_number) as attendance_draw,
        course in ('broken off', 'not seen') and place = contacts - 1 as is_last_of_broken
    from placed
)

select
    *,
    case
        when course = 'not seen' or (is_last_of_broken and attendance_draw < 0.5) then case when attendance_draw < 0.3 then '03' else '02' end
        when attendance_draw < 0.825 then '05'
        when attendance_draw < 0.834 then '06'
        when attendance_draw < 0.837 then '07'
        when attendance_draw < 0.895 then '03'
        when attendance_draw < 0.96 then '02'
        else '04'
    end as attendance,
    case
        when place = 0 then case when chance('first kind', contact_number) < 0.8 then '01' else '03' end
        when course = 'completed' and place = contacts - 1 and contacts > 8 then '05'
        else '02'
    end as kind,
    -- towards the end of a course most of its effect has come
    1 - exp(-place / 3.0) as progress
from drawn;

create or replace temporary table attended as
select * from contacts where attendance in ('05', '06');

-- Both scores of the minimum data set at each attended contact, of which a few are missing; a quarter of the clinics ask CORE-10 as well,
-- and one course in five rates a goal.
create or replace temporary table contact_scores as
with asked as (
    select contact_number, pathway, contact_on, unnest([
        {'tool': '720433000', 'draw': 'phq9', 'highest': 27, 'share': 0.965, 'first': depression, 'response': response, 'noise': 1.9},
        {'tool': '445455005', 'draw': 'gad7', 'highest': 21, 'share': 0.962, 'first': anxiety, 'response': response, 'noise': 1.7},
        {'tool': '718583008', 'draw': 'core10', 'highest': 40, 'share': if(getvariable('clinic') % 4 = 0, 0.93, 0),
         'first': 1.25 * depression + 2, 'response': response, 'noise': 2.2},
        {'tool': '1638531000000102', 'draw': 'goal', 'highest': 10, 'share': if(chance('goal', number) < 0.2, 0.9, 0),
         'first': 3.0, 'response': -1.4 * response, 'noise': 0.8}
    ], recursive := true), progress
    from attended
),

given as (
    select * from asked where chance(draw || ' given', contact_number) < share
)

select
    contact_number,
    pathway,
    contact_on,
    tool,
    -- one in three thousand is a number that no answer sheet can give
    case
        when chance(draw || ' typed wrong', contact_number) < 0.0003 then 99
        else cast(least(highest, greatest(0, round(first * (1 - response * progress) + noise * normal(draw, contact_number)))) as integer)
    end as score
from given;

-- Half of those who are referred fill in both forms at home before anybody has seen them.
create or replace temporary table home_scores as
with asked as (
    select number * 2 + form as form_number, pathway, referred_on + whole(0, 9, 'home day', number) as measured_on, depression, anxiety, form
    from referrals, range(2) as forms (form)
    where course <> 'not seen' and chance('at home', number) < 0.5
)

select
    pathway,
    measured_on,
    '20:' || lpad(cast(whole(0, 59, 'home minute', form_number) as varchar), 2, '0') || ':00' as measured_at,
    if(form = 0, '720433000', '445455005') as tool,
    cast(least(if(form = 0, 27, 21), greatest(0, round(if(form = 0, depression, anxiety) + 0.5 + 1.8 * normal('home', form_number)))) as integer) as score
from asked;

-- What one delivery holds: everything between the variables first_day and last_day, and the pathways that ended between them.
create or replace macro in_delivery(day) as day between getvariable('first_day') and getvariable('last_day');

create or replace temporary view "IDS001MPI" as
with seen as (
    select person, min(number) as number, min(referred_on) as referred_on
    from referrals
    where in_delivery(referred_on)
    group by person
)

select
    person as "Person_ID",
    9000000000 + person as "NHSNumber",
    strftime(date '1942-01-01' + whole(0, 23700, 'birth', person), '%d/%m/%Y') as "PersonBirthDate",
    case when chance('gender', person) < 0.66 then '2' when chance('gender', person) < 0.985 then '1' else 'X' end as "Gender",
    substr('AAAAAAAAAAAAAAAAAAABCCDFGHHJJKLMMNNPRSZZ', whole(1, 40, 'ethnic', person), 1) as "EthnicCategory",
    national_month(referred_on) as "Unique_MonthID"
from seen
order by number;

create or replace temporary view "IDS004EmpStatus" as
select
    person as "Person_ID",
    substr('01010101010101010202030405060808ZZ', 2 * whole(1, 17, 'employment', number) - 1, 2) as "EmployStatus",
    referred_on + wait as "EmployStatusRecDate",
    national_month(referred_on + wait) as "Unique_MonthID"
from referrals
where in_delivery(referred_on + wait) and course <> 'not seen'
order by number;

create or replace temporary view "IDS101Referral" as
select
    pathway as "PathwayID",
    person as "Person_ID",
    'R' || lpad(cast(getvariable('clinic') as varchar), 4, '0') as "OrgID_Provider",
    referred_on as "ReferralRequestReceivedDate",
    case when ended_on <= getvariable('last_day') then ended_on end as "ServDischDate",
    case when ended_on <= getvariable('last_day') then end_code end as "EndCode",
    national_month(least(ended_on, getvariable('last_day'))) as "Unique_MonthID"
from referrals
where in_delivery(referred_on) or (in_delivery(ended_on) and referred_on <= getvariable('last_day'))
order by number;

create or replace temporary view "IDS201CareContact" as
select
    contact_number as "Unique_CareContactID",
    pathway as "PathwayID",
    contact_on as "CareContDate",
    lpad(cast(hour as varchar), 2, '0') || if(weekday < 3, ':00:00', ':30:00') as "CareContTime",
    attendance as "AttendOrDNACode",
    'Y' as "PlannedCareContIndicator",
    kind as "AppType",
    case when chance('mechanism', number) < 0.4 then '11' when chance('mechanism', number) < 0.75 then '02' else '01' end as "ConsMechanism",
    national_month(contact_on) as "Unique_MonthID"
from contacts
where in_delivery(contact_on)
order by contact_number;

create or replace temporary view "IDS202CareActivity" as
select
    contact_number + 1 as "Unique_CareActivityID",
    contact_number as "Unique_CareContactID",
    pathway as "PathwayID",
    'T' || practitioner as "CarePersLocalId",
    case when kind = '01' then null when is_high_intensity then '304891004' else '748051000000105' end as "CodeProcAndProcStatus",
    national_month(contact_on) as "Unique_MonthID"
from attended
where in_delivery(contact_on)
order by contact_number;

create or replace temporary view "IDS603PresentingComplaints" as
select
    pathway as "PathwayID",
    replace(complaint, '.', '') as "Validated_PresentingComplaint",
    complaint as "PresComp",
    '01' as "PresCompCodSig",
    referred_on + wait as "PresCompDate",
    national_month(referred_on + wait) as "Unique_MonthID"
from referrals
where in_delivery(referred_on + wait) and complaint <> '' and course <> 'not seen'
order by number;

create or replace temporary view "IDS606CodedScoreAssessmentRefer" as
select
    pathway as "PathwayID",
    tool as "CodedAssToolType",
    score as "PersScore",
    measured_on as "AssToolCompDate",
    measured_at as "AssToolCompTime",
    national_month(measured_on) as "Unique_MonthID"
from home_scores
where in_delivery(measured_on)
order by pathway, tool;

create or replace temporary view "IDS607CodedScoreAssessmentAct" as
select
    pathway as "PathwayID",
    contact_number as "Unique_CareContactID",
    contact_number + 1 as "Unique_CareActivityID",
    tool as "CodedAssToolType",
    score as "PersScore",
    national_month(contact_on) as "Unique_MonthID"
from contact_scores
where in_delivery(contact_on)
order by contact_number, tool;
