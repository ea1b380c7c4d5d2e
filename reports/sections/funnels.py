"""One indicator over all clinics. In a clinic's report only the clinic itself can be told apart."""

from collections.abc import Sequence

from reports import wording
from reports.charts import funnel
from reports.release import Row
from reports.scope import Edition, Scope
from reports.views import Key, Panel, Table

MOST_LISTED = 6
"""Clinics outside the limits that the network's report names in one funnel: more names would cover each other. The query gives all."""


def funnel_panel(scope: Scope, indicator: Row) -> Panel | None:
    """None where the network has fewer than two clinics to show, or this one is not among them."""
    spots = scope.facts.rows("funnel", indicator_id=indicator.indicator_id)
    if len(spots) < 2:
        return None
    return _of_network(scope, indicator, spots) if scope.clinic is None else _of_clinic(scope, indicator, spots)


def _of_clinic(scope: Scope, indicator: Row, spots: Sequence[Row]) -> Panel | None:
    voice = scope.voice
    found = scope.facts.rows("funnel", indicator_id=indicator.indicator_id, clinic_id=scope.clinic.clinic_id)
    if not found:
        return None
    own = found[0]
    title = voice(f"figures.funnel.title_{own.comparison}")
    share, limits = voice.share(own.numerator, own.denominator), voice.interval(own.funnel_lower_95, own.funnel_upper_95)
    description = f"{_description(scope, spots)} {voice('figures.funnel.description_clinic', share=share, interval=limits)}"
    inside = own.clinics_inside - own.is_inside
    counted = voice("formats.part", numerator=own.numerator, denominator=own.denominator)
    nothing = [voice("formats.none")] * 3
    lines = [
        [voice("figures.funnel.this_clinic"), counted, voice.percent(own.rate), limits],
        [voice("figures.funnel.others_inside", count=inside), *nothing],
        [voice("figures.funnel.others_outside", count=len(spots) - 1 - inside), *nothing],
    ]
    caption = f"{title}. {voice('figures.funnel.summary')}"
    table = Table(caption, _columns(scope, "clinic", "counted", "rate", "limits"), lines, numeric=(1, 2, 3))
    return _panel(scope, indicator, spots, title, description, table, [_spot(own)])


def _of_network(scope: Scope, indicator: Row, spots: Sequence[Row]) -> Panel:
    """The clinics outside the 95 % limits by name, the clear differences first; the query gives the others too."""
    voice = scope.voice
    outer = [(scope.edition.name_of(spot.clinic_id), spot) for spot in spots if not spot.is_inside]
    outer.sort(key=lambda pair: (pair[1].comparison not in wording.CLEARLY, pair[0]))
    title = voice("figures.funnel.title_network", count=len(outer))
    lines = [
        [
            name,
            voice("formats.part", numerator=spot.numerator, denominator=spot.denominator),
            voice.percent(spot.rate),
            voice.interval(spot.funnel_lower_95, spot.funnel_upper_95),
            voice(f"comparisons.{spot.comparison}"),
        ]
        for name, spot in outer
    ]
    lines.insert(0, [voice("figures.funnel.clinics_inside", count=len(spots) - len(outer)), *[voice("formats.none")] * 4])
    columns = _columns(scope, "clinic", "counted", "rate", "limits", "comparison")
    table = Table(title, columns, lines, numeric=(1, 2, 3), most_rows=MOST_LISTED)
    return _panel(scope, indicator, spots, title, _description(scope, spots), table, [_spot(spot, name) for name, spot in outer[:MOST_LISTED]])


def _panel(scope: Scope, indicator: Row, spots: Sequence[Row], title: str, description: str, table: Table, named: Sequence[funnel.Spot]) -> Panel:
    figure_id = f"{indicator.indicator_id}-funnel"
    behind = _backdrop(scope.edition, indicator, spots)
    drawing = funnel.funnel(title, description, behind, named, is_marked=scope.clinic is not None)
    return Panel(figure_id, title, drawing, table=table)


def _description(scope: Scope, spots: Sequence[Row]) -> str:
    return scope.voice("figures.funnel.description", clinics=len(spots), network=scope.voice.percent(spots[0].network_rate))


def _columns(scope: Scope, *names: str) -> list[str]:
    return [scope.voice(f"figures.funnel.{name}") for name in names]


def legend(scope: Scope) -> list[Key]:
    """How to read a funnel."""
    voice = scope.voice
    own = [] if scope.clinic is None else [Key("clinic", voice("figures.funnel.this_clinic"))]
    return [
        *own,
        Key("others", voice(f"figures.funnel.{'other_clinics' if own else 'clinics'}")),
        Key("limit-95", voice("figures.funnel.limits_95")),
        Key("limit-998", voice("figures.funnel.limits_998")),
        Key("limit-wide", voice("figures.funnel.limits_wide")),
        Key("network-line", voice("figures.rows.legend_network")),
    ]


def _backdrop(edition: Edition, indicator: Row, spots: Sequence[Row]) -> funnel.Backdrop:
    """Drawn once for each indicator: what the funnels of all clinics share."""
    if indicator.indicator_id not in edition.backdrops:
        ends = (edition.voice.write(spots[0].denominator), edition.voice("figures.funnel.axis", count=spots[-1].denominator))
        places = [_spot(spot) for spot in spots]
        drawn = funnel.backdrop(places, spots[0].network_rate, edition.voice.percent, ends)
        edition.backdrops[indicator.indicator_id] = drawn
    return edition.backdrops[indicator.indicator_id]


def _spot(row: Row, name: str = "") -> funnel.Spot:
    limits = (
        row.funnel_lower_998, row.funnel_lower_95, row.funnel_upper_95, row.funnel_upper_998,
        row.overdispersed_lower_95, row.overdispersed_upper_95,
    )  # fmt: skip
    return funnel.Spot(row.denominator, row.rate, limits, name)
