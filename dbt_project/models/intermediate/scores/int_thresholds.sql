-- Every case that a score can be judged in, and the version that holds in it: the network's own before the roll-up's before the published one,
-- a figure for this rater or age before one for any. A version without a cut-off (or without a reliable change) leaves it to the next.
with versions as (
    select
        threshold_version,
        measure_id,
        rater,
        age_band,
        rule_set,
        clinical_cutoff,
        clinical_operator,
        reliable_change,
        confidence_level,
        standard_error,
        critical_value,
        effective_from,
        effective_until,
        source,
        is_verified
    from {{ ref('int_threshold_versions') }}
),

cases as (
    select
        roll_ups.roll_up,
        periods.measure_id,
        raters.rater,
        age_bands.age_band,
        periods.effective_from,
        lead(periods.effective_from, 1, date '9999-12-31') over (
            partition by roll_ups.roll_up, periods.measure_id, raters.rater, age_bands.age_band order by periods.effective_from
        ) as effective_until
    from (
        select measure_id, effective_from from versions
        union
        select measure_id, effective_until as effective_from from versions where effective_until < date '9999-12-31'
    ) as periods
    cross join (select 'nhs_talking_therapies' as roll_up union all select 'nhs_cyp' as roll_up) as roll_ups
    cross join (select 'self' as rater union all select 'parent' as rater union all select 'clinician' as rater) as raters
    cross join (select 'child' as age_band union all select 'adolescent' as age_band union all select 'adult' as age_band) as age_bands
),

candidates as (
    select
        cases.roll_up,
        cases.measure_id,
        cases.rater,
        cases.age_band,
        cases.effective_from,
        cases.effective_until,
        versions.threshold_version,
        versions.rule_set,
        versions.clinical_cutoff,
        versions.clinical_operator,
        versions.reliable_change,
        versions.confidence_level,
        versions.standard_error,
        versions.critical_value,
        versions.source,
        versions.is_verified,
        case versions.rule_set when 'network' then 0 when 'published' then 8 else 4 end
        + case versions.rater when 'any' then 2 else 0 end
        + case versions.age_band when 'any' then 1 else 0 end as distance
    from cases
    inner join versions
        on cases.measure_id = versions.measure_id
        and versions.rule_set in ('network', cases.roll_up, 'published')
        and versions.rater in ('any', cases.rater)
        and versions.age_band in ('any', cases.age_band)
        and cases.effective_from >= versions.effective_from
        and cases.effective_from < versions.effective_until
)

select
    roll_up,
    measure_id,
    rater,
    age_band,
    effective_from,
    effective_until,
    min_by(clinical_cutoff, distance) filter (where clinical_cutoff is not null) as clinical_cutoff,
    min_by(clinical_operator, distance) filter (where clinical_cutoff is not null) as clinical_operator,
    min_by(threshold_version, distance) filter (where clinical_cutoff is not null) as cutoff_version,
    min_by(reliable_change, distance) filter (where reliable_change is not null) as reliable_change,
    cast(nullif(min_by(coalesce(confidence_level, 0), distance) filter (where reliable_change is not null), 0) as decimal(5, 4)) as confidence_level,
    min_by(standard_error, distance) filter (where reliable_change is not null) as standard_error,
    min_by(critical_value, distance) filter (where reliable_change is not null) as critical_value,
    min_by(rule_set, distance) filter (where reliable_change is not null) as change_rule_set,
    min_by(threshold_version, distance - case when reliable_change is null then 0 else 100 end) as threshold_version,
    nullif(min_by(coalesce(source, ''), distance - case when reliable_change is null then 0 else 100 end), '') as source,
    min_by(is_verified, distance - case when reliable_change is null then 0 else 100 end) as is_verified
from candidates
group by roll_up, measure_id, rater, age_band, effective_from, effective_until
