with measured as (
    select
        chosen.episode_key,
        chosen.symptom_measure_1,
        chosen.symptom_measure_2,
        chosen.outcome_basis,
        chosen.outcome_basis = 'single_measure' as is_single,
        first_measure.has_pair as has_pair_1,
        first_measure.is_clinical_first as is_clinical_first_1,
        first_measure.is_clinical_last as is_clinical_last_1,
        first_measure.is_reliably_improved as is_improved_1,
        first_measure.is_reliably_deteriorated as is_deteriorated_1,
        second_measure.has_pair as has_pair_2,
        second_measure.is_clinical_first as is_clinical_first_2,
        second_measure.is_clinical_last as is_clinical_last_2,
        second_measure.is_reliably_improved as is_improved_2,
        second_measure.is_reliably_deteriorated as is_deteriorated_2
    from {{ ref('int_symptom_measures') }} as chosen
    left join {{ ref('int_measure_changes') }} as first_measure
        on chosen.episode_key = first_measure.episode_key
        and chosen.symptom_measure_1 = first_measure.measure_id
        and first_measure.rater = 'self'
    left join {{ ref('int_measure_changes') }} as second_measure
        on chosen.episode_key = second_measure.episode_key
        and chosen.symptom_measure_2 = second_measure.measure_id
        and second_measure.rater = 'self'
),

-- One measure alone stands in for both: then the second says what the first says.
doubled as (
    select
        episode_key,
        symptom_measure_1,
        symptom_measure_2,
        outcome_basis,
        coalesce(has_pair_1 and (is_single or has_pair_2), false) as has_paired_scores,
        is_clinical_first_1,
        case when is_single then is_clinical_first_1 else is_clinical_first_2 end as is_clinical_first_2,
        is_clinical_last_1,
        case when is_single then is_clinical_last_1 else is_clinical_last_2 end as is_clinical_last_2,
        is_improved_1,
        case when is_single then is_improved_1 else is_improved_2 end as is_improved_2,
        is_deteriorated_1,
        case when is_single then is_deteriorated_1 else is_deteriorated_2 end as is_deteriorated_2
    from measured
),

judged as (
    select
        episode_key,
        symptom_measure_1,
        symptom_measure_2,
        outcome_basis,
        has_paired_scores,
        is_clinical_first_1 or is_clinical_first_2 as is_at_caseness,
        not (is_clinical_last_1 or is_clinical_last_2) as is_below_caseness_at_end,
        (is_improved_1 or is_improved_2) and not (is_deteriorated_1 or is_deteriorated_2) as is_improved,
        (is_deteriorated_1 or is_deteriorated_2) and not (is_improved_1 or is_improved_2) as is_deteriorated,
        (is_improved_1 and is_deteriorated_2) or (is_deteriorated_1 and is_improved_2) as is_opposed
    from doubled
)

-- Without a pair nothing was shown, so every flag is false, as in NHS England's rates; has_paired_scores says that it is not known.
select
    episode_key,
    symptom_measure_1,
    symptom_measure_2,
    outcome_basis,
    has_paired_scores,
    is_at_caseness,
    case when has_paired_scores then is_at_caseness and is_below_caseness_at_end else false end as is_recovered,
    case when has_paired_scores then is_improved else false end as is_reliably_improved,
    case when has_paired_scores then is_deteriorated else false end as is_reliably_deteriorated,
    case when has_paired_scores then is_at_caseness and is_below_caseness_at_end and is_improved else false end as is_reliably_recovered,
    case when has_paired_scores then not (is_improved or is_deteriorated) else false end as is_no_reliable_change,
    case when has_paired_scores then is_opposed else false end as is_mixed
from judged
