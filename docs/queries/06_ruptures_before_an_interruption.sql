-- How often was a break in the alliance followed by repair, and how often by an ending that nobody had agreed on?
select
    events.clinic_id,
    count(*) as ruptures,
    count(*) filter (where events.resolution = 'repaired') as repaired,
    count(*) filter (where events.is_incompatibility_chain) as unrepaired_then_left
from core.alliance_events as events
where events.event = 'definite_rupture'
group by events.clinic_id
order by events.clinic_id
