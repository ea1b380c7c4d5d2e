"""The clinics of the demo as data: size, systems, what they record, and the one story that each of the first twelve has to tell."""

from dataclasses import dataclass

SYMPTOMS = ("phq9", "gad7")
USUAL_MEASURES = (*SYMPTOMS, "wsas", "srs")


@dataclass(frozen=True)
class ClinicProfile:
    """One clinic. The defaults are the ordinary figures of a Talking Therapies service; a story changes one or two of them.

    Shares are of what the comment names; shifts are in standard deviations, positive = worse.
    """

    id: str
    name: str
    time_zone: str
    referrals_a_year: int
    systems: tuple[str, ...] = ("canonical",)
    measures: tuple[str, ...] = USUAL_MEASURES
    goal_scale: str = "gbo"
    severity: float = 0.0  # shift of first scores
    unemployed: float = 0.22  # of clients
    accepted: float = 0.81  # of the people seen at a consultation (Cahill et al. 2006)
    late_redirects: float = 0.02  # of the accepted
    redirects_arriving: float = 0.78  # of the redirected
    paired: float = 0.93  # of finished courses
    last_scores: float = 0.0  # shift of last scores
    change_kept: float = 1.0  # of an ordinary improvement
    stopped: float = 0.33  # of the treated
    sudden: float = 0.4  # of those who stopped
    short_courses_stop: float = 1.0  # how much more often short courses are stopped
    did_not_attend: float = 0.11  # of appointments
    did_not_attend_later: float = 0.11  # the same from `later_from_month` on
    later_from_month: int = 99
    cancelled_late: float = 0.06  # of appointments
    ruptures: float = 0.12  # of courses with alliance scores
    ruptures_repaired: float = 0.7  # of ruptures
    sharp_and_lasting: float = 0.0  # of long finished courses, beyond what happens anyway
    large_gains: float = 0.0  # of finished courses, beyond what happens anyway
    worked_through: float = 0.08  # of long courses that ended well
    reviewed: float = 0.5  # of ended courses


PROFILES = (
    ClinicProfile("harbour", "Harbour Clinic", "Europe/London", 250, measures=(*USUAL_MEASURES, "core10")),
    ClinicProfile("foundry", "Foundry Street Practice", "Europe/London", 200, severity=1.0, unemployed=0.7),
    ClinicProfile("orchard", "Orchard House", "Europe/London", 180, change_kept=0.46),
    # left its old system in the ninth month
    ClinicProfile("lantern", "Lantern Centre", "America/New_York", 150, ("fhir_r4", "canonical"), goal_scale="gas", paired=0.55, last_scores=-0.6),
    ClinicProfile("meadow", "Meadow Clinic", "Australia/Melbourne", 250, did_not_attend=0.10, did_not_attend_later=0.19, later_from_month=15),
    ClinicProfile(
        "quayside", "Quayside Psychotherapy", "Europe/London", 300,
        stopped=0.49, sudden=0.85, short_courses_stop=0.2, ruptures=0.4, ruptures_repaired=0.2,
    ),
    ClinicProfile(
        "gatehouse", "Gatehouse Counselling", "Europe/London", 280, accepted=0.93, late_redirects=0.24, redirects_arriving=0.3, stopped=0.45,
    ),
    ClinicProfile("sparrow", "Sparrow Lane", "Australia/Sydney", 20, ("pmhc_mds",), measures=("k10",)),
    ClinicProfile("tannery", "Tannery Yard", "Europe/Dublin", 180, measures=(*USUAL_MEASURES, "core10"), goal_scale="gas", reviewed=0.05),
    ClinicProfile("weir", "Weir Street Centre", "Europe/London", 240),
    ClinicProfile("kiln", "Kiln Row", "Europe/London", 320, sharp_and_lasting=0.5, large_gains=0.27),
    ClinicProfile(
        "spinney", "Spinney Therapies", "Europe/London", 280, worked_through=0.75,
        measures=(*USUAL_MEASURES, "swemwbs", "responsibility_client", "responsibility_therapist"),
    ),
    # no story: one clinic for each further practice system
    ClinicProfile("ferry", "Ferry Lane Service", "Europe/London", 110, ("nhs_iapt",)),
    ClinicProfile("juniper", "Juniper Counselling", "America/Toronto", 110, ("jane",)),
    ClinicProfile("prairie", "Prairie Psychotherapy", "America/Chicago", 110, ("simplepractice", "canonical")),
    ClinicProfile("wattle", "Wattle House", "Australia/Adelaide", 110, ("cliniko",)),
    ClinicProfile("cobble", "Cobble Lane Practice", "Europe/Dublin", 110, ("mapped",)),
)  # fmt: skip


def clinic_profiles(count: int) -> tuple[ClinicProfile, ...]:
    """The first `count` clinics; beyond the named ones, further ones without a story."""
    further = range(len(PROFILES) + 1, count + 1)
    return (*PROFILES[:count], *(ClinicProfile(f"clinic-{number:03}", f"Clinic {number}", "Europe/London", 250) for number in further))
