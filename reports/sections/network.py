"""What only the network's report has: which clinics differ, in which direction, and whose data are missing."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports import wording
from reports.release import Row
from reports.scope import Scope
from reports.sections.page_one import LEADING, missing_deliveries
from reports.views import Finding, Section
from reports.wording import Remark, Topic

MOST_POINTS = 40
"""Lines of a list that anybody reads; further ones are counted."""


@dataclass(frozen=True)
class Account:
    """What stands out at each clinic that differs, and what is missing of each clinic that is behind, in the order of names."""

    differing: Sequence[tuple[Row, Remark]]
    behind: Sequence[tuple[Row, str]]


def account(scope: Scope) -> Account:
    clinics = [Scope(scope.edition, clinic) for clinic in scope.edition.clinics]
    differing = [(one.clinic, remark) for one in clinics for remark in wording.standing_out(one.indicators, one.rates, one.signals) if remark.is_clear]
    behind = [(one.clinic, _behind(one)) for one in clinics]
    return Account(differing, [(clinic, text) for clinic, text in behind if text])


def section(scope: Scope, told: Account) -> Section:
    voice = scope.voice
    differing = [_difference(scope, clinic, remark) for clinic, remark in told.differing]
    behind = [text for _, text in told.behind]
    return Section("clinics", voice("network.clinics"), voice("network.clinics_lead"), findings=[
        Finding("clinics_that_differ", headline(scope, told), points=[*_at_most(scope, differing), *_set_apart(scope)]),
        Finding("missing_data", voice("network.missing_data" if behind else "network.none_missing"), points=_at_most(scope, behind)),
    ])  # fmt: skip


def _at_most(scope: Scope, points: Sequence[str]) -> list[str]:
    more = len(points) - MOST_POINTS
    return list(points) if more <= 0 else [*points[:MOST_POINTS], scope.voice("network.more", count=more)]


def headline(scope: Scope, told: Account) -> str:
    count = len({clinic.clinic_id for clinic, _ in told.differing})
    return scope.voice("headlines.network_differs" if count else "headlines.network_none", count=count)


def topics(scope: Scope, told: Account) -> list[Topic]:
    """Three things for the network: whose data are missing, then the clear differences."""
    names = wording.joined(scope.voice, [clinic.name for clinic, _ in told.behind])
    found = [Topic(scope.voice("network.missing_from", clinics=names), "missing_data")] if names else []
    found += [Topic(_difference(scope, clinic, remark), remark.indicator.indicator_id) for clinic, remark in told.differing]
    return found[: wording.MOST_TOPICS] or [Topic(headline(scope, told), "clinics")]


def _difference(scope: Scope, clinic: Row, remark: Remark) -> str:
    voice, rate = scope.voice, remark.rate
    return voice("network.clearly", clinic=clinic.name, phrase=wording.phrase(voice, remark),
                 share=voice.share(rate.numerator, rate.denominator), network=voice.percent(rate.network_rate))  # fmt: skip


def _set_apart(scope: Scope) -> list[str]:
    """Clinics that cannot be compared, and those with too few to say."""
    leading = {row.clinic_id: row for row in scope.facts.rows("clinic_rates", indicator_id=LEADING)}
    rated = [(clinic.name, leading[clinic.clinic_id]) for clinic in scope.edition.clinics if clinic.clinic_id in leading]
    names = {
        "cannot": [name for name, rate in rated if wording.is_shown(rate) and rate.comparison == "cannot_be_compared"],
        "too_few": [name for name, rate in rated if rate.state == "too_few"],
    }
    return [scope.voice(f"network.{key}", clinics=wording.joined(scope.voice, listed)) for key, listed in names.items() if listed]


def _behind(scope: Scope) -> str:
    """What is missing of one clinic: its newest delivery was refused, or there are no data; empty when nothing is."""
    clinic = scope.clinic
    refused = missing_deliveries(scope)
    if refused:
        key = "network.behind_refused" if clinic.data_through_on else "network.behind_refused_no_data"
        return scope.voice(key, clinic=clinic.name, through=clinic.data_through_on or "",
                           delivered_on=refused[0].delivered_on, reason=refused[0].reason)  # fmt: skip
    return "" if clinic.has_data else scope.voice("network.behind_no_data", clinic=clinic.name)
