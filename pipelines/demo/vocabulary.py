"""The words of the demo's model; the codes of the tables are positions in these tuples. The words are those of the canonical CSV."""

FATES = ("not_assessed", "consultation_only", "not_started", "treated_once", "course", "late_redirect")
NOT_ASSESSED, CONSULTATION_ONLY, NOT_STARTED, TREATED_ONCE, COURSE, LATE_REDIRECT = range(len(FATES))

ENDINGS = (
    "client_stopped", "unknown", "provider_ended", "moved", "illness", "deceased", "redirected", "not_suitable", "completed",
    "could_not_contact", "declined", "not_assessed", "administrative",
)  # fmt: skip
CLIENT_STOPPED, UNKNOWN_ENDING = range(2)
REDIRECTED, NOT_SUITABLE, COMPLETED = range(6, 9)

CONSULTATION_OUTCOMES = ("accepted", "assessment_only", "redirected", "unsuitable", "client_declined", "dropped_out", "waiting")

KINDS = ("assessment", "treatment", "follow_up")
ASSESSMENT, TREATMENT, FOLLOW_UP = range(len(KINDS))

ATTENDANCES = (
    "attended", "attended_late", "did_not_attend", "cancelled_late_by_client", "cancelled_by_provider", "cancelled_by_client",
    "rescheduled", "late_not_seen", "not_recorded", "scheduled",
)  # fmt: skip
ATTENDED, ATTENDED_LATE, DID_NOT_ATTEND, CANCELLED_LATE, CANCELLED_BY_PROVIDER, CANCELLED_BY_CLIENT = range(6)

MEDIA = ("in_person", "video", "phone")
