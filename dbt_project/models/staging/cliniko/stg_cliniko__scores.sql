-- Items are the questions in the order of the form, by the number in the words of the chosen option or by its position. Positions are answers as
-- printed; numbers are points, already turned round where the measure does so.
with typed as (
    select
        forms.*,
        length(forms.answers) - length(replace(forms.answers, ';', '')) + 1 as questions,
        measures.measure_id,
        measures.item_count,
        measures.item_count + measures.unscored_items as longest_form,
        cast(cast(measures.item_maximum - measures.item_minimum + 1 as integer) as string) as options_of_measure,
        measures.reverse_items is not null as has_reverse_items,
        coalesce(forms.answers like '%p%', false) as has_positions,
        coalesce(translate(concat(';', forms.answers), '0123456789', '##########') like '%;#%', false) as has_numbers,
        {{ utc_from_text('forms.completed_at', 'clinics.time_zone') }} as completed_utc,
        clinics.time_zone
    from {{ source('raw_cliniko', 'patient_forms') }} as forms
    inner join {{ source('inputs', 'clinics') }} as clinics on forms.clinic_id = clinics.clinic_id
    left join {{ ref('measure_catalogue') }} as measures on forms.measure = measures.measure_id
),

told_apart as (
    select
        *,
        questions = 1 and item_count > 1 and not has_positions as is_total
    from typed
),

judged as (
    select
        clinic_id,
        'cliniko' as source_system,
        'patient_forms' as raw_table,
        file_sha256,
        source_line,
        delivered_order,
        updated_at,
        form_id as score_pseudonym,
        cast(null as string) as episode_pseudonym,
        patient_id as client_pseudonym,
        booking_id,
        attendee_id,
        cast({{ local_from_utc('completed_utc', 'time_zone') }} as date) as measured_on,
        completed_utc as measured_at,
        measure_id,
        case when is_total then {{ parse_number('answers') }} end as total_reported,
        case when not is_total then replace(answers, 'p', '') end as items,
        not has_positions as is_keyed,
        'self' as rater,
        coalesce({{ removed_record() }}, case when completed_at is null then 'a form that was not completed' end) as left_out_reason,
        {{ row_problem([
            missing('form_id'),
            missing('patient_id'),
            not_a_time('completed_at', 'completed_utc'),
            ('measure', "measure = 'several'", 'the form holds several measures; one form for each can be read'),
            ('answers', 'measure_id is not null and answers is null', 'no questions with a choice or a number'),
            ('answers', 'not is_total and (questions < item_count or questions > longest_form)', 'not as many questions as the measure has'),
            ('options', "has_positions and replace(replace(options, ';', ''), options_of_measure, '') <> ''", 'not as many options as the measure has answers'),
            ('answers', 'has_reverse_items and has_positions and has_numbers', 'some options carry their points and others do not'),
        ]) }}
    from told_apart
),

{{ settle_rows('judged', (entity_body('scores') | reject('equalto', 'session_pseudonym') | list) + ['booking_id', 'attendee_id', 'left_out_reason'],
    ['score_pseudonym'], version='updated_at') }},

appointments as (
    select
        clinic_id,
        appointment_id
    from {{ ref('base_cliniko__appointments') }}
    where row_state = 'current'
),

placed as (
    select
        settled.*,
        case when appointments.appointment_id is not null then settled.booking_id else settled.attendee_id end as session_pseudonym
    from settled
    left join appointments
        on settled.clinic_id = appointments.clinic_id
        and settled.booking_id = appointments.appointment_id
)

{{ without_left_out('scores', 'placed') }}
