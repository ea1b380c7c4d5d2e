{{ staged_scores('mapped') }}
