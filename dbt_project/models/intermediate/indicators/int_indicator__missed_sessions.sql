select
    session_key as item_key,
    clinic_id,
    cast(starts_at_local as date) as counted_on,
    attendance in ('did_not_attend', 'late_not_seen', 'cancelled_late_by_client') as is_numerator,
    attendance not in ('attended', 'attended_late', 'did_not_attend', 'late_not_seen', 'cancelled_late_by_client') as is_excluded
from {{ ref('sessions') }}
