{{ discovered_rows(ref('stg_simplepractice__sessions'), 'practitioners', 'practitioner_pseudonym') }}
