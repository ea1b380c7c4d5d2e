{{ discovered_rows(ref('stg_nhs_iapt__care_activities'), 'practitioners', 'practitioner_pseudonym') }}
