{{ discovered_rows(ref('stg_${system}__sessions'), 'clients', 'client_pseudonym', {'key_strength': "'strong'"}) }}
