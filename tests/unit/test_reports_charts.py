"""Where the marks of a chart stand, computed by hand."""

import re

import pytest
from markupsafe import Markup

from reports.charts import bar, before_after, courses, flow, funnel, paired_bars, rows, svg, trend


def attributes(drawing: Markup, tag: str, class_: str) -> list[dict[str, str]]:
    """The elements of a kind that have the class, or whose group has it."""
    groups = re.findall(rf'<g class="{class_}">(.*?)</g>', drawing)
    every = [element for text in groups for element in re.findall(rf"<{tag} ([^>]*?)/?>", text)]
    every += [element for element in re.findall(rf"<{tag} ([^>]*?)/?>", drawing) if f'class="{class_}"' in element]
    return [dict(re.findall(r'([\w-]+)="([^"]*)"', element)) for element in every]


def write(rate: float) -> str:
    return f"{rate:.0%}"


def test_words_and_attributes_are_escaped() -> None:
    assert svg.tag("text", "<b>&", class_='a"b') == '<text class="a&#34;b">&lt;b&gt;&amp;</text>'


def test_a_chart_is_read_out_by_its_title_and_description() -> None:
    drawing = svg.frame("The finding", "The numbers", 100, [], "plot")
    assert drawing == '<svg class="chart plot" role="img" height="100"><title>The finding</title><desc>The numbers</desc></svg>'


def test_a_scale_ends_at_the_first_round_share_that_holds_everything() -> None:
    assert svg.top_of([0.03, None, 0.1]) == 0.1
    assert svg.top_of([0.11]) == 0.2
    assert svg.top_of([0.51]) == 0.6
    assert svg.top_of([None]) == 1.0


def test_a_curve_breaks_where_a_point_is_missing() -> None:
    assert svg.runs_of([(0, 1), (1, 2), None, (3, 4)]) == [[(0, 1), (1, 2)], [(3, 4)]]


def test_a_strip_places_rate_interval_and_network_on_its_scale() -> None:
    drawing = rows.strip("t", "d", rows.Strip(0.25, 0.125, 0.375, 0.3, [0.4], is_grey=False), top=0.5)
    assert attributes(drawing, "circle", "clinic")[0]["cx"] == "50%"
    interval = attributes(drawing, "line", "interval")[0]
    assert (interval["x1"], interval["x2"]) == ("25%", "75%")
    assert attributes(drawing, "line", "network")[0]["x1"] == "60%"
    assert '<svg x="80%"' in drawing


def test_a_strip_without_a_rate_shows_the_network_only() -> None:
    drawing = rows.strip("t", "d", rows.Strip(None, None, None, 0.3, [], is_grey=False), top=1)
    assert "circle" not in drawing
    assert attributes(drawing, "line", "interval") == []
    assert len(attributes(drawing, "line", "network")) == 1


def test_a_grey_strip_is_marked_in_shape_and_shade() -> None:
    drawing = rows.strip("t", "d", rows.Strip(0.5, 0.4, 0.6, None, [], is_grey=True), top=1)
    assert len(attributes(drawing, "circle", "clinic grey")) == 1
    assert len(attributes(drawing, "line", "interval grey")) == 1


def test_a_course_has_a_dot_for_each_known_period_and_a_gap_for_each_unknown_one() -> None:
    periods = [trend.Period(0, 0.2), trend.Period(6, 0.4), trend.Period(9, 0.4, is_special=True)]
    drawing = trend.trend("t", "d", periods, [], 0.32, 3, ("Nov", "Oct"), write)
    assert [dot["cx"] for dot in attributes(drawing, "circle", "clinic")] == ["12.5%", "62.5%"]
    assert [dot["cy"] for dot in attributes(drawing, "circle", "clinic")] == ["50%", "0"]
    assert '<svg x="87.5%" y="0" overflow="visible"><path d="M0 -7L6.5 4.5H-6.5Z" class="special"/>' in drawing
    assert attributes(drawing, "path", "course")[0]["d"] == "M12.5 50M62.5 0L87.5 0"
    assert attributes(drawing, "line", "network")[0]["y1"] == "20%"


def test_the_usual_variation_is_a_band_around_its_mean_kept_inside_the_scale() -> None:
    periods = [trend.Period(month, 0.4) for month in range(10)]
    drawing = trend.trend("t", "d", periods, [trend.Limits(0, 9, 0.2, -0.1, 0.4)], None, 1, ("Nov", "Aug"), write)
    band = attributes(drawing, "rect", "band")[0]
    assert (band["x"], band["width"], band["y"], band["height"]) == ("0", "100%", "0", "100%")
    assert attributes(drawing, "line", "mean")[0]["y1"] == "50%"


def test_limits_without_a_reach_are_a_level_only() -> None:
    drawing = trend.trend("t", "d", [trend.Period(0, 0.5)], [trend.Limits(0, 0, 0.5, None, None)], None, 1, ("a", "b"), write)
    assert attributes(drawing, "rect", "band") == []
    assert len(attributes(drawing, "line", "mean")) == 1


SPOTS = [
    funnel.Spot(40, 0.6, (0.2, 0.3, 0.7, 0.8, None, None)),
    funnel.Spot(100, 0.5, (0.35, 0.4, 0.6, 0.65, 0.3, 0.7)),
]


@pytest.mark.parametrize(("rate", "level"), [(1.0, 0.0), (0.0, 100.0)])
def test_a_funnel_of_clinics_without_any_difference_has_a_scale(rate: float, level: float) -> None:
    spots = [funnel.Spot(size, rate, (rate, rate, rate, rate, None, None)) for size in (40, 100)]
    behind = funnel.backdrop(spots, rate, write, ("40", "100"))
    assert behind.place(40, rate)[1] == pytest.approx(level)
    assert behind.high - behind.low == pytest.approx(0.1)


def test_a_funnel_places_clinics_by_number_and_rate_between_the_outer_limits() -> None:
    behind = funnel.backdrop(SPOTS, 0.5, write, ("40", "100 counted"))
    # 60 people between the clinics, and 6 % of that as room on both sides
    assert (behind.low, behind.high, behind.narrowest, behind.widest) == (0.2, 0.8, 36.4, 103.6)
    assert behind.place(70, 0.5) == pytest.approx((50, 50))
    drawing = funnel.funnel("t", "d", behind, [SPOTS[1]], is_marked=True)
    assert attributes(drawing, "circle", "clinic")[0]["cx"] == "94.6%"
    assert len(attributes(drawing, "circle", "others")) == 2
    # one path for the lower and the upper limit
    for limit in ("limit-95", "limit-998", "limit-wide"):
        assert [path["d"].count("M") for path in attributes(drawing, "path", limit)] == [2]


def test_many_clinics_are_one_element_in_which_near_dots_are_one() -> None:
    # sizes 40 to 100 are 61 clinics; with 6 % of room on both sides 1 percent is 0.672 people, and 2 percent are one dot
    spots = [funnel.Spot(40 + number, 0.5, (0.2, 0.3, 0.7, 0.8, None, None)) for number in range(funnel.MOST_CIRCLES + 1)]
    drawing = funnel.backdrop(spots, 0.5, write, ("40", "100")).marks
    assert "circle" not in drawing
    (path,) = attributes(drawing, "path", "others")
    assert path["d"] == "M6 50h88"


def test_dots_that_touch_are_one_stroke_and_others_are_not() -> None:
    (path,) = attributes(svg.specks([(10, 50), (12.4, 49.5), (30, 50), (10, 52), (10.2, 52)], "others"), "path", "others")
    assert path["d"] == "M10 50h2M30 50h0M10 52h0"


def test_parts_of_a_whole_are_as_wide_as_their_people_and_numbered_where_there_is_room() -> None:
    drawing = bar.stacked_bar("t", "d", [bar.Part("x", 76, "76"), bar.Part("y", 4, "4")])
    assert [part["width"] for part in attributes(drawing, "rect", "part-of x")] == ["95%"]
    assert [part["x"] for part in attributes(drawing, "rect", "part-of y")] == ["95%"]
    assert ">76<" in drawing
    assert ">4<" not in drawing


def test_a_finding_of_two_kinds_has_two_bars_on_one_scale() -> None:
    drawing = paired_bars.paired_bars("t", "d", computed=10, coded=5, most=40)
    assert attributes(drawing, "rect", "computed")[0] == {"x": "0", "y": "0", "width": "25%", "height": "9", "class": "computed"}
    assert attributes(drawing, "rect", "coded")[0] == {"x": "0", "y": "11", "width": "12.5%", "height": "9", "class": "coded"}


def test_a_finding_of_one_kind_has_one_bar_at_the_top() -> None:
    drawing = paired_bars.paired_bars("t", "d", computed=0, coded=5, most=5)
    assert attributes(drawing, "rect", "computed") == []
    assert attributes(drawing, "rect", "coded")[0]["y"] == "0"


def test_before_and_after_places_people_beside_the_band_of_measurement_error() -> None:
    measure = before_after.Measure(0, 20, reliable_change=5, cutoff=10)
    changes = [
        before_after.Change(15, 5, people=4, kind="better"),
        before_after.Change(10, 12, people=1, kind="neither"),
        before_after.Change(5, 15, people=1, kind="worse"),
    ]
    drawing = before_after.before_after("t", "d", measure, changes, ("first", "last"), str)
    assert attributes(drawing, "circle", "better")[0] == {"cx": "75%", "cy": "75%", "r": "6"}
    assert attributes(drawing, "circle", "unchanged")[0] == {"cx": "50%", "cy": "40%", "r": "3"}
    assert '<svg x="25%" y="25%" overflow="visible">' in drawing
    assert attributes(drawing, "path", "band")[0]["d"] == "M0 100L0 75L75 0L100 0L100 25L25 100"
    assert [line["x1"] for line in attributes(drawing, "line", "cutoff")] == ["50%", "0"]


def test_a_measure_without_thresholds_has_neither_band_nor_cutoff() -> None:
    measure = before_after.Measure(0, 20, None, None)
    drawing = before_after.before_after("t", "d", measure, [before_after.Change(5, 5, 1, "neither")], ("first", "last"), str)
    assert attributes(drawing, "path", "band") == []
    assert attributes(drawing, "line", "cutoff") == []


def test_courses_draw_the_median_as_a_line_and_the_middle_half_as_an_area() -> None:
    stages = [courses.Stage(1, 5, 10, 15), courses.Stage(2, 0, 5, 10), courses.Stage(3, 0, 0, 5)]
    drawing = courses.courses("t", "d", {"none": stages}, (0, 20), ("first", "last"), str)
    assert attributes(drawing, "path", "median none")[0]["d"] == "M0 50L50 75L100 100"
    assert attributes(drawing, "path", "half none")[0]["d"] == "M0 25L50 50L100 75L100 100L50 100L0 75"


def test_a_flow_keeps_every_person_at_every_stage() -> None:
    streams = [flow.Stream(("a", "treated", "planned"), 60, "x"), flow.Stream(("a", "once", "left"), 20, "y"), flow.Stream(("b", "once", "left"), 20, "y")]
    labels = {name: name for name in ("a", "b", "treated", "once", "planned", "left")}
    drawing = flow.flow("t", "d", streams, ["1", "2", "3"], labels)
    # two groups at each stage: 2.5 % of gap, and 0.975 % of the height for each of the 100 people
    heights = [float(height) for height in re.findall(r'<rect [^>]*height="([\d.]+)%"', drawing)]
    assert heights == pytest.approx([78, 19.5, 58.5, 39, 58.5, 39])
    bands = attributes(drawing, "path", "stream x")
    assert bands[0]["d"].startswith("M0.0 0.0C")
    assert len(attributes(drawing, "path", "stream y")) == 2
