with source as (
    select
        clinic_id,
        file_sha256,
        source_line,
        delivered_order,
        {{ nhs_submission() }} as submission,
        pathwayid,
        lower(coalesce(validated_presentingcomplaint, prescomp)) as problem,
        prescompcodsig,
        prescompdate,
        {{ parse_date('prescompdate', 'dmy') }} as recorded_on
    from {{ source('raw_nhs_iapt', 'presenting_complaints') }}
),

judged as (
    select
        clinic_id,
        'nhs_iapt' as source_system,
        'presenting_complaints' as raw_table,
        file_sha256,
        source_line,
        delivered_order,
        submission,
        pathwayid as episode_pseudonym,
        problem,
        prescompcodsig as significance,
        recorded_on,
        {{ row_problem([
            missing('PathwayID'),
            ('Validated_PresentingComplaint', 'problem is null', 'a required value is missing'),
            not_a_date('PresCompDate', 'recorded_on'),
        ]) }}
    from source
),

{{ settle_rows(
    'judged',
    ['clinic_id', 'source_system', 'raw_table', 'file_sha256', 'source_line', 'episode_pseudonym', 'problem', 'significance', 'recorded_on'],
    ['episode_pseudonym', 'problem', 'recorded_on'],
    version='submission'
) }}

select
    clinic_id,
    source_system,
    raw_table,
    file_sha256,
    source_line,
    episode_pseudonym,
    problem,
    significance,
    recorded_on,
    row_state,
    row_reason,
    row_column
from settled
