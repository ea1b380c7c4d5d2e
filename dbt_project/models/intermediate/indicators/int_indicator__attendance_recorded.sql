select
    session_key as item_key,
    clinic_id,
    cast(starts_at_local as date) as counted_on,
    attendance not in ('scheduled', 'not_recorded', 'unknown') as is_numerator,
    attendance = 'rescheduled' as is_excluded
from {{ ref('sessions') }}
