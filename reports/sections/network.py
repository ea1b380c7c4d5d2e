"""What only the network's report has: which clinics differ, in which direction, and whose data are missing."""

from reports import wording
from reports.release import Row
from reports.scope import Scope
from reports.views import Finding, Section
from reports.wording import Topic


def section(scope: Scope) -> Section:
    voice = scope.voice
    lines = [text for text, _ in differences(scope)]
    findings = [
        Finding(
            "clinics_that_differ",
            voice("headlines.network_differs", count=count_differing(scope))
            if lines
            else voice("headlines.network_none"),
            points=[*lines, *_set_apart(scope)],
        )
    ]
    behind = [text for _, text in _behind(scope)]
    findings.append(
        Finding(
            "missing_data", voice("network.missing_data") if behind else voice("network.none_missing"), points=behind
        )
    )
    return Section("clinics", voice("network.clinics"), voice("network.clinics_lead"), findings=findings)


def differences(scope: Scope) -> list[tuple[str, str]]:
    """Each clear difference in words, with the anchor of its figure; clinics in the order of their names."""
    voice = scope.voice
    lines = []
    for clinic in scope.edition.clinics:
        rates = _rates_of(scope, clinic)
        for indicator, rate in wording.notable(scope.indicators, rates):
            lines.append(
                (
                    voice(
                        "network.clearly",
                        clinic=clinic.name,
                        phrase=wording.difference(voice, indicator, rate),
                        share=voice.share(rate.numerator, rate.denominator),
                        network=voice.percent(rate.network_rate),
                    ),
                    indicator.indicator_id,
                )
            )
    return lines


def count_differing(scope: Scope) -> int:
    return sum(1 for clinic in scope.edition.clinics if wording.notable(scope.indicators, _rates_of(scope, clinic)))


def topics(scope: Scope) -> list[Topic]:
    """Three things for the network: whose data are missing, then the clear differences."""
    names = [clinic.name for clinic, _ in _behind(scope)]
    found = (
        [Topic(scope.voice("network.missing_from", clinics=wording.joined(scope.voice, names)), "missing_data")]
        if names
        else []
    )
    found += [Topic(text, anchor) for text, anchor in differences(scope)]
    return found[: wording.MOST_TOPICS] or [Topic(scope.voice("headlines.network_none"), "clinics")]


def _set_apart(scope: Scope) -> list[str]:
    """Clinics that cannot be compared, and those with too few to say."""
    voice = scope.voice
    leading = {row.clinic_id: row for row in scope.facts.rows("clinic_rates", indicator_id="reliable_improvement")}
    names: dict[str, list[str]] = {"cannot": [], "too_few": []}
    for clinic in scope.edition.clinics:
        rate = leading.get(clinic.clinic_id)
        if rate is not None and rate.state == "shown" and rate.comparison == "cannot_be_compared":
            names["cannot"].append(clinic.name)
        elif rate is not None and rate.state == "too_few":
            names["too_few"].append(clinic.name)
    return [voice(f"network.{key}", clinics=wording.joined(voice, listed)) for key, listed in names.items() if listed]


def _behind(scope: Scope) -> list[tuple[Row, str]]:
    """Clinics whose newest delivery was refused, or who have no data, and what is missing."""
    voice = scope.voice
    found = []
    for clinic in scope.edition.clinics:
        refused = [row for row in scope.facts.rows("refused_files", clinic_id=clinic.clinic_id) if row.is_missing]
        values = {"clinic": clinic.name, "through": clinic.data_through_on or ""}
        suffix = "" if clinic.data_through_on else "_no_data"
        if refused:
            found.append(
                (
                    clinic,
                    voice(
                        f"network.behind_refused{suffix}",
                        file=refused[0].file,
                        delivered_on=refused[0].delivered_on,
                        reason=refused[0].reason,
                        **values,
                    ),
                )
            )
        elif not clinic.has_data:
            found.append((clinic, voice("network.behind_no_data", **values)))
    return found


def _rates_of(scope: Scope, clinic: Row) -> dict[str, Row]:
    return {row.indicator_id: row for row in scope.facts.rows("clinic_rates", clinic_id=clinic.clinic_id)}
