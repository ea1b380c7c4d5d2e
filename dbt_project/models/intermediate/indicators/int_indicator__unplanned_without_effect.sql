-- Left without agreement, and no better by then (the split of OpenFIT). Unknown where the ending or, for those who left, the outcome is unknown.
select
    episode_key as item_key,
    clinic_id,
    ended_on as counted_on,
    case
        when ending_class = 'unknown' or (ending_class = 'client_unplanned' and not has_paired_scores) then null
        else ending_class = 'client_unplanned' and not (coalesce(is_recovered, false) or coalesce(is_reliably_improved, false))
    end as is_numerator,
    ending_class = 'external' as is_excluded
from {{ ref('episode_outcomes') }}
where attended_treatment_sessions >= 1
