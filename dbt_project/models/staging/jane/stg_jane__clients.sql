{{ discovered_rows(ref('stg_jane__sessions'), 'clients', 'client_pseudonym', {'key_strength': "'strong'"}) }}
