{{ staged_scores('canonical') }}
