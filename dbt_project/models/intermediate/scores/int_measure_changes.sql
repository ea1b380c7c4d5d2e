with rules as (
    {{ rules(['stale_last_days', 'stale_last_sessions', 'not_applicable_pairs']) }}
),

paired as (
    select
        pairs.episode_key,
        episodes.clinic_id,
        episodes.roll_up,
        episodes.ended_on,
        pairs.measure_id,
        pairs.rater,
        measures.axis,
        measures.higher_is,
        measures.minimum,
        measures.maximum,
        measures.outcome_rank,
        pairs.valid_scores,
        pairs.first_score,
        pairs.first_on,
        pairs.first_score_key,
        pairs.last_score,
        pairs.last_on,
        pairs.last_score_key,
        coalesce(
            pairs.last_on > pairs.first_on
            and (pairs.first_form = pairs.last_form or rules.not_applicable_pairs = 1),
            false
        ) as has_pair,
        {{ days_between('pairs.last_on', 'episodes.ended_on') }} > rules.stale_last_days
        or coalesce({{ list_item('contacts.attended_dates', '-1 - cast(rules.stale_last_sessions as integer)') }} > pairs.last_on, false)
            as is_stale_last,
        thresholds.threshold_version,
        thresholds.cutoff_version,
        thresholds.change_rule_set,
        thresholds.clinical_cutoff,
        thresholds.clinical_operator,
        thresholds.reliable_change,
        thresholds.standard_error,
        thresholds.critical_value,
        measures.norm_mean,
        measures.norm_sd,
        measures.norm_reliability
    from {{ ref('int_measure_pairs') }} as pairs
    inner join {{ ref('episodes') }} as episodes on pairs.episode_key = episodes.episode_key
    inner join {{ ref('int_measures') }} as measures on pairs.measure_id = measures.measure_id
    cross join {{ source('inputs', 'parameters') }} as parameters
    cross join rules
    left join {{ ref('int_episode_contacts') }} as contacts on pairs.episode_key = contacts.episode_key
    left join {{ ref('int_thresholds') }} as thresholds
        on pairs.measure_id = thresholds.measure_id
        and episodes.roll_up = thresholds.roll_up
        and pairs.rater = thresholds.rater
        and case
            when episodes.age_at_referral <= 12 then 'child'
            when episodes.age_at_referral <= 17 then 'adolescent'
            else 'adult'
        end = thresholds.age_band
        and coalesce(episodes.ended_on, parameters.as_of) >= thresholds.effective_from
        and coalesce(episodes.ended_on, parameters.as_of) < thresholds.effective_until
),

measured as (
    select
        episode_key,
        clinic_id,
        roll_up,
        measure_id,
        rater,
        axis,
        higher_is,
        outcome_rank,
        valid_scores,
        first_score,
        first_on,
        first_score_key,
        last_score,
        last_on,
        last_score_key,
        has_pair,
        case when ended_on is not null then is_stale_last end as is_stale_last,
        threshold_version,
        cutoff_version,
        change_rule_set,
        reliable_change,
        standard_error,
        critical_value,
        cast(case when has_pair then last_score - first_score end as decimal(9, 3)) as change,
        cast(case when has_pair then {{ improvement('first_score', 'last_score', 'higher_is') }} end as decimal(9, 3)) as improvement,
        {{ is_clinical('first_score', 'clinical_cutoff', 'clinical_operator') }} as is_clinical_first,
        {{ is_clinical('last_score', 'clinical_cutoff', 'clinical_operator') }} as is_clinical_last,
        case higher_is when 'worse' then first_score - minimum else maximum - first_score end >= reliable_change as is_improvement_possible,
        case higher_is when 'worse' then maximum - first_score else first_score - minimum end >= reliable_change as is_deterioration_possible,
        case
            when has_pair
                then round({{ index_gulliksen_lord_novick('first_score', 'last_score', 'norm_mean', 'norm_sd', 'norm_reliability') }}, 6)
        end as gln_index
    from paired
)

select
    episode_key,
    clinic_id,
    roll_up,
    measure_id,
    rater,
    axis,
    outcome_rank,
    valid_scores,
    first_score,
    first_on,
    first_score_key,
    last_score,
    last_on,
    last_score_key,
    has_pair,
    is_stale_last,
    threshold_version,
    cutoff_version,
    change_rule_set,
    reliable_change,
    critical_value,
    change,
    improvement,
    case when has_pair then round({{ index_jacobson_truax('first_score', 'last_score', 'standard_error') }}, 6) end as reliable_change_index,
    {{ outcome_category('improvement', 'reliable_change', 'is_clinical_first', 'is_clinical_last') }} as category,
    is_clinical_first,
    is_clinical_last,
    improvement >= reliable_change as is_reliably_improved,
    -improvement >= reliable_change as is_reliably_deteriorated,
    -improvement >= reliable_change and not is_clinical_first and is_clinical_last as is_deteriorated_into_clinical_range,
    abs(improvement) < reliable_change and is_clinical_first <> is_clinical_last as is_crossed_without_reliable_change,
    is_improvement_possible,
    is_deterioration_possible,
    gln_index,
    case
        when abs(gln_index) < critical_value then 'unchanged'
        when (gln_index < 0) = (higher_is = 'worse') then 'improved'
        when gln_index is not null then 'deteriorated'
    end as gln_category
from measured
