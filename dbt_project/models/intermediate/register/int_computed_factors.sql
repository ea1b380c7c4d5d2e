-- Three answers each: present, absent, or null where the data cannot tell.
with ended as (
    select
        episode_key,
        clinic_id,
        ended_on,
        ending_class,
        attended_treatment_sessions
    from {{ ref('episodes') }}
    where ended_on is not null
),

trajectories as (
    select
        episode_key,
        count(case when label <> 'not_classifiable' then 1 end) > 0 as is_classified,
        {%- for label in ['sharp_sustained', 'sustained_gradual', 'ended_while_worse'] %}
        {{ distinct_texts("case when label = '" ~ label ~ "' then measure_id end") }} as {{ label }},
        {%- endfor %}
        {{ distinct_texts("case when is_loss_of_gains then measure_id end") }} as loss_of_gains,
        count(is_stalemate) > 0 as is_stalemate_evaluable,
        {{ distinct_texts("case when is_stalemate then measure_id end") }} as stalemates
    from {{ ref('score_trajectories') }}
    group by episode_key
),

changes as (
    select
        changes.episode_key,
        count(changes.category) > 0 as is_evaluable,
        {{ distinct_texts("case when changes.category = 'deteriorated' then changes.measure_id end") }} as deteriorated
    from {{ ref('measure_changes') }} as changes
    inner join {{ ref('int_measures') }} as measures on changes.measure_id = measures.measure_id
    where measures.axis in ('symptoms', 'functioning', 'wellbeing')
    group by changes.episode_key
),

alliances as (
    select episode_key, max(case when is_rupture_evaluable then 1 else 0 end) = 1 as is_evaluable
    from {{ ref('int_alliance_courses') }}
    group by episode_key
),

chains as (
    select episode_key, {{ distinct_texts('measure_id') }} as measures
    from {{ ref('alliance_events') }}
    where event = 'definite_rupture' and is_incompatibility_chain
    group by episode_key
),

factors as (
    {%- for factor, label in [
        ('sharp_sustained_worsening', 'sharp_sustained'), ('sustained_gradual_worsening', 'sustained_gradual'),
        ('ended_while_worse', 'ended_while_worse')] %}
    select
        ended.episode_key,
        '{{ factor }}' as factor,
        case when trajectories.{{ label }} is not null then true when trajectories.is_classified then false end as is_present,
        trajectories.{{ label }} as detail
    from ended
    left join trajectories on ended.episode_key = trajectories.episode_key
    union all
    {%- endfor %}
    select
        ended.episode_key,
        'loss_of_gains' as factor,
        case when trajectories.episode_key is not null then trajectories.loss_of_gains is not null end as is_present,
        trajectories.loss_of_gains as detail
    from ended
    left join trajectories on ended.episode_key = trajectories.episode_key
    union all
    select
        ended.episode_key,
        'deadlock' as factor,
        case when trajectories.is_stalemate_evaluable then trajectories.stalemates is not null end as is_present,
        trajectories.stalemates as detail
    from ended
    left join trajectories on ended.episode_key = trajectories.episode_key
    union all
    select
        ended.episode_key,
        'deterioration' as factor,
        case when changes.is_evaluable then changes.deteriorated is not null end as is_present,
        changes.deteriorated as detail
    from ended
    left join changes on ended.episode_key = changes.episode_key
    union all
    select
        ended.episode_key,
        'unrepaired_rupture' as factor,
        case
            when chains.episode_key is not null then true
            when ended.ending_class not in ('client_unplanned', 'unknown') then false
            when ended.ending_class = 'client_unplanned' and alliances.is_evaluable then false
        end as is_present,
        chains.measures as detail
    from ended
    left join alliances on ended.episode_key = alliances.episode_key
    left join chains on ended.episode_key = chains.episode_key
    union all
    select
        ended.episode_key,
        'sudden_interruption' as factor,
        case
            when ended.attended_treatment_sessions = 0 then false
            when ended.ending_class = 'client_unplanned' then interruptions.is_sudden_interruption
            when ended.ending_class <> 'unknown' then false
        end as is_present,
        case when interruptions.is_sudden_interruption then interruptions.next_attendance end as detail
    from ended
    left join {{ ref('int_sudden_interruptions') }} as interruptions on ended.episode_key = interruptions.episode_key
    union all
    select
        ended.episode_key,
        'late_redirect' as factor,
        case when outcomes.consultation_outcome is not null then outcomes.is_late_redirect end as is_present,
        case when outcomes.is_late_redirect then outcomes.ending_class end as detail
    from ended
    inner join {{ ref('episode_outcomes') }} as outcomes on ended.episode_key = outcomes.episode_key
)

select
    factors.episode_key,
    ended.clinic_id,
    ended.ended_on,
    factors.factor,
    factors.is_present,
    factors.detail
from factors
inner join ended on factors.episode_key = ended.episode_key
