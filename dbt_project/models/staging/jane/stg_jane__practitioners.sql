{{ discovered_rows(ref('stg_jane__sessions'), 'practitioners', 'practitioner_pseudonym') }}
