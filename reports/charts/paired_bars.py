"""How often something was found, in two ways that are kept apart: in the data, and by people who looked."""

from markupsafe import Markup

from reports.charts.svg import frame, share, tag

THICKNESS = 9
GAP = 2


def paired_bars(title: str, description: str, computed: int, coded: int, most: int) -> Markup:
    """One bar for each way in which something was found, on a scale from zero to `most` people."""
    found = [(people, shade) for people, shade in ((computed, "computed"), (coded, "coded")) if people]
    bars = [
        tag("rect", x=0, y=place * (THICKNESS + GAP), width=share(100 * people / most), height=THICKNESS, class_=shade)
        for place, (people, shade) in enumerate(found)
    ]
    return frame(title, description, len(found) * (THICKNESS + GAP), bars, "bars")
