"""The rules from delivered rows to outcomes: published indices, invariances that hold for any data, and the same rules written down as plain Python."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.property.sql_rules import Row, Warehouse, expression

FIRST_DAY = date(2026, 1, 1)
CUTOFF = {"phq9": 10, "gad7": 8, "ies_r": 33}
RELIABLE_CHANGE = {"phq9": 6, "gad7": 4, "ies_r": 9}
HIGHEST = {"phq9": 27, "gad7": 21, "ies_r": 88}


@pytest.fixture(scope="module")
def warehouse() -> Warehouse:
    return Warehouse()


def value(warehouse: Warehouse, text: str) -> Any:
    """What an SQL expression with macros gives."""
    return warehouse.connection.execute(f"select {expression(text)}").fetchone()[0]


# --- W34 and W44: first 24, last 14, mean 16, SD 6, reliability .85; Hsu-Linn-Lord and Hageman-Arrindell with a last mean of 11

W34 = {
    "{{ index_jacobson_truax(24, 14, standard_error_of_difference(6, 0.85)) }}": -3.043,
    "{{ index_gulliksen_lord_novick(24, 14, 16, 6, 0.85) }}": -2.784,
    "{{ index_hsu_linn_lord(24, 14, 16, 11, 6, 0.85) }}": -1.202,
    "{{ index_edwards_nunnally(24, 14, 16, 6, 0.85) }}": -3.787,
    "{{ index_nunnally_kotsch(24, 14, 16, 6, 0.85, 0.85) }}": -2.885,
    "{{ index_hageman_arrindell(24, 14, 16, 11, 6, 0.85, reliability_of_difference(6, 6.5, 0.85, 0.55)) }}": -3.094,
}


@pytest.mark.parametrize(("text", "index"), W34.items())
def test_w34_indices_of_change(warehouse: Warehouse, text: str, index: float) -> None:
    assert value(warehouse, text) == pytest.approx(index, abs=0.0005)


def test_w44_regression_to_the_mean_is_no_change(warehouse: Warehouse) -> None:
    assert value(warehouse, "{{ index_gulliksen_lord_novick(24, 22.8, 16, 6, 0.85) }}") == pytest.approx(0, abs=1e-9)
    assert value(warehouse, "{{ index_edwards_nunnally(24, 22.8, 16, 6, 0.85) }}") == pytest.approx(0, abs=1e-9)


# --- categories do not depend on where a scale begins or which way it runs

totals = st.integers(0, 40)


def category(warehouse: Warehouse, first: int, last: int, cutoff: int, operator: str, reliable_change: int, higher_is: str) -> str:
    clinical = [f"{{{{ is_clinical('{total}', '{cutoff}', \"'{operator}'\") }}}}" for total in (first, last)]
    better = f"{{{{ improvement('{first}', '{last}', \"'{higher_is}'\") }}}}"
    named = f"select {expression(clinical[0])} as was_clinical, {expression(clinical[1])} as is_clinical, {expression(better)} as better"
    rule = expression(f"{{{{ outcome_category('better', '{reliable_change}', 'was_clinical', 'is_clinical') }}}}")
    found: str = warehouse.connection.execute(f"select {rule} from ({named})").fetchone()[0]
    return found


@settings(deadline=None)
@given(first=totals, last=totals, cutoff=totals, reliable_change=st.integers(1, 15), shift=st.integers(-50, 50))
def test_category_survives_translation_and_reflection(warehouse: Warehouse, first: int, last: int, cutoff: int, reliable_change: int, shift: int) -> None:
    found = category(warehouse, first, last, cutoff, ">=", reliable_change, "worse")
    assert category(warehouse, first + shift, last + shift, cutoff + shift, ">=", reliable_change, "worse") == found
    assert category(warehouse, 40 - first, 40 - last, 40 - cutoff, "<=", reliable_change, "better") == found


@settings(deadline=None)
@given(first=totals, last=totals, cutoff=totals, reliable_change=st.integers(1, 15))
def test_the_way_back_is_the_opposite(warehouse: Warehouse, first: int, last: int, cutoff: int, reliable_change: int) -> None:
    there = category(warehouse, first, last, cutoff, ">=", reliable_change, "worse")
    back = category(warehouse, last, first, cutoff, ">=", reliable_change, "worse")
    assert (there == "unchanged") == (back == "unchanged")
    assert (there in {"improved", "recovered"}) == (back == "deteriorated")


# --- totals from items: whatever is missing, a total lies in the range of its measure, and the complete form adds up


@dataclass(frozen=True)
class Form:
    """A filled-in questionnaire; None is an item left blank."""

    measure_id: str
    answers: tuple[int | None, ...]
    is_keyed: bool

    @property
    def items(self) -> str:
        return ";".join("" if answer is None else str(answer) for answer in self.answers)


FORMS = {"phq9": (9, 0, 3), "gad7": (7, 0, 3), "core_om": (34, 0, 4), "core10": (10, 0, 4), "oq45": (45, 0, 4), "k10": (10, 1, 5), "wai_sr": (12, 1, 5)}
PRORATED = {"phq9": 2, "gad7": 1, "k10": 1}


@st.composite
def forms(draw: st.DrawFn) -> Form:
    measure_id = draw(st.sampled_from(sorted(FORMS)))
    length, lowest, highest = FORMS[measure_id]
    answers: list[int | None] = list(draw(st.lists(st.integers(lowest, highest), min_size=length, max_size=length)))
    for blank in draw(st.sets(st.integers(0, length - 1), max_size=5)):
        answers[blank] = None
    return Form(measure_id, tuple(answers), draw(st.booleans()))


def prorated(form: Form) -> Decimal | None:
    """PHQ-9 and GAD-7 to a whole number, halves up; K10 as it comes."""
    answered = [answer for answer in form.answers if answer is not None]
    if len(form.answers) - len(answered) > PRORATED[form.measure_id]:
        return None
    total = Decimal(sum(answered)) * len(form.answers) / len(answered)
    return total.quantize(Decimal("0.001") if form.measure_id == "k10" else Decimal(1), ROUND_HALF_UP)


@settings(deadline=None, max_examples=20)
@given(st.lists(forms(), min_size=1, max_size=40))
def test_totals_stay_in_range_and_prorate_as_written(warehouse: Warehouse, filled_in: list[Form]) -> None:
    warehouse.deliver("clients", [{"clinic_id": "c", "client_pseudonym": "p"}])
    warehouse.deliver("episodes", [{"clinic_id": "c", "episode_pseudonym": "e", "client_pseudonym": "p", "referred_on": FIRST_DAY}])
    warehouse.deliver("scores", [
        {"clinic_id": "c", "score_pseudonym": f"{number:03}", "episode_pseudonym": "e", "measured_on": FIRST_DAY, "measure_id": form.measure_id,
         "items": form.items, "is_keyed": form.is_keyed}
        for number, form in enumerate(filled_in)
    ])  # fmt: skip
    ranges = {row["measure_id"]: row for row in warehouse.rows("int_measures")}
    scored = {row["score_key"]: row for row in warehouse.rows("int_scores_totalled")}
    for number, form in enumerate(filled_in):
        row, measure = scored[f"{number:03}"], ranges[form.measure_id]
        assert row["total"] is None or measure["minimum"] <= row["total"] <= measure["maximum"]
        assert row["items_answered"] == sum(answer is not None for answer in form.answers)
        assert (row["total"] is None) == (row["validity"] != "valid")
        if form.measure_id in PRORATED:
            assert row["total"] == prorated(form)
        elif form.is_keyed and None not in form.answers:
            whole = sum(answer for answer in form.answers if answer is not None)
            assert float(row["total"]) == pytest.approx(10 * whole / len(form.answers) if "core" in form.measure_id else whole, abs=0.0005)


# A person without any difficulty, as the printed form counts frequency or agreement: measure, answers, total.
AS_PRINTED = [
    ("core10", "0;4;4;0;0;0;0;0;0;0", 0),
    ("yp_core", "0;0;4;0;4;0;0;0;0;4", 0),
    ("sdq_conduct", "0;2;0;0;0", 0),
    ("sdq_hyperactivity", "0;0;0;2;2", 0),
    ("sdq_peer", "0;2;2;0;0", 0),
    ("sdq_prosocial", "2;2;2;2;2", 10),
    ("score15", "1;5;1;5;5;1;5;5;5;1;5;5;5;5;1", 15),
    ("pswq", "5;1;5;1;1;1;1;5;1;5;5;1;1;1;1;1", 16),
    ("wai_s", "7;7;7;1;7;7;7;7;7;1;7;7", 84),
]


def test_the_best_answers_as_printed_make_the_best_total(warehouse: Warehouse) -> None:
    warehouse.deliver("clients", [{"clinic_id": "c", "client_pseudonym": "p"}])
    warehouse.deliver("episodes", [{"clinic_id": "c", "episode_pseudonym": "e", "client_pseudonym": "p", "referred_on": FIRST_DAY}])
    warehouse.deliver("scores", [
        {"clinic_id": "c", "score_pseudonym": measure_id, "episode_pseudonym": "e", "measured_on": FIRST_DAY, "measure_id": measure_id,
         "items": items, "is_keyed": False}
        for measure_id, items, _ in AS_PRINTED
    ])  # fmt: skip
    totals = {row["measure_id"]: row["total"] for row in warehouse.rows("int_scores_totalled")}
    assert totals == {measure_id: total for measure_id, _, total in AS_PRINTED}


def test_a_form_that_does_not_say_who_answered_is_of_its_usual_rater(warehouse: Warehouse) -> None:
    delivered = {"cgas": None, "honosca_1": None, "honosca_2": "self", "phq9": None, "sdq_peer": "parent", "responsibility_therapist": None}
    warehouse.deliver("clients", [{"clinic_id": "c", "client_pseudonym": "p"}])
    warehouse.deliver("episodes", [{"clinic_id": "c", "episode_pseudonym": "e", "client_pseudonym": "p", "referred_on": FIRST_DAY}])
    warehouse.deliver("scores", [
        {"clinic_id": "c", "score_pseudonym": measure_id, "episode_pseudonym": "e", "measured_on": FIRST_DAY, "measure_id": measure_id,
         "total_reported": 1, "rater": rater}
        for measure_id, rater in delivered.items()
    ])  # fmt: skip
    assert {row["measure_id"]: row["rater"] for row in warehouse.rows("int_scores_placed")} == {
        "cgas": "clinician", "honosca_1": "clinician", "honosca_2": "self", "phq9": "self", "sdq_peer": "parent", "responsibility_therapist": "clinician",
    }  # fmt: skip


# --- from sessions and scores to the outcome of an episode


@dataclass(frozen=True)
class Session:
    day: int
    kind: str
    attendance: str


@dataclass(frozen=True)
class Course:
    """One client's episode; days count from the referral. Scores by measure and day."""

    problem: str | None
    ended: int | None
    sessions: tuple[Session, ...]
    scores: tuple[tuple[str, int, int], ...]


sessions = st.builds(
    Session,
    st.integers(0, 120),
    st.sampled_from(["assessment", "treatment", "treatment", "treatment", "follow_up"]),
    st.sampled_from(["attended", "attended", "attended_late", "did_not_attend", "cancelled_by_provider", "not_recorded"]),
)
scores = st.sampled_from(sorted(CUTOFF)).flatmap(lambda measure: st.tuples(st.just(measure), st.integers(0, 120), st.integers(0, HIGHEST[measure])))
courses = st.builds(
    Course,
    st.sampled_from([None, "depression", "ptsd", "F43.1"]),
    st.none() | st.integers(0, 120),
    st.lists(sessions, max_size=8).map(tuple),
    st.lists(scores, max_size=14, unique_by=lambda score: score[:2]).map(tuple),
)


def deliver(warehouse: Warehouse, given_courses: list[Course], *, is_reversed: bool = False, has_follow_up: bool = False) -> None:
    """Deliver these courses, in their order or the other way round; a follow-up is a session and a very good score the day after the ending."""
    episodes, meetings, measured = [], [], []
    for number, course in enumerate(given_courses):
        episode = f"e{number}"
        ended_on = None if course.ended is None else FIRST_DAY + timedelta(days=course.ended)
        episodes.append({"episode_pseudonym": episode, "client_pseudonym": f"p{number}", "referred_on": FIRST_DAY, "ended_on": ended_on,
                         "ending": None if ended_on is None else "completed", "problem": course.problem})  # fmt: skip
        held = list(course.sessions)
        answered = list(course.scores)
        if has_follow_up and course.ended is not None:
            held.append(Session(course.ended + 1, "treatment", "attended"))
            answered += [(measure, course.ended + 1, 0) for measure in CUTOFF if (measure, course.ended + 1) not in {score[:2] for score in answered}]
        meetings += [
            {"session_pseudonym": f"{episode}-{place:02}", "episode_pseudonym": episode, "kind": session.kind, "attendance": session.attendance,
             "starts_at_local": FIRST_DAY + timedelta(days=session.day), "starts_at": FIRST_DAY + timedelta(days=session.day)}
            for place, session in enumerate(held)
        ]  # fmt: skip
        measured += [
            {"score_pseudonym": f"{episode}-{measure}-{day}", "episode_pseudonym": episode, "measure_id": measure,
             "measured_on": FIRST_DAY + timedelta(days=day), "total_reported": total}
            for measure, day, total in answered
        ]  # fmt: skip
    clients = [{"client_pseudonym": f"p{number}"} for number in range(len(given_courses))]
    clinic = {"clinic_id": "c", "roll_up": "nhs_talking_therapies", "name": "C", "time_zone": "UTC", "systems": "canonical"}
    warehouse.fill("inputs_clinics", "clinic_id varchar, name varchar, time_zone varchar, roll_up varchar, systems varchar", [clinic])
    for entity, rows in (("clients", clients), ("episodes", episodes), ("sessions", meetings), ("scores", measured)):
        delivered: list[Row] = [{"clinic_id": "c", **row} for row in rows]
        warehouse.deliver(entity, delivered[::-1] if is_reversed else delivered)


def reference(course: Course) -> Row:
    """The outcome by NHS England's rules, written down once more: pairs, caseness, recovery, reliable change."""
    ended = course.ended
    assert ended is not None
    treated = sorted(s.day for s in course.sessions if s.kind == "treatment" and s.attendance in {"attended", "attended_late"} and s.day <= ended)
    pairs = {}
    firsts = {}
    for measure in CUTOFF:
        days = {day: total for name, day, total in course.scores if name == measure and day <= ended}
        starts = [day for day in days if not treated or day <= treated[0]]
        if starts:
            firsts[measure] = days[min(starts)]
            if max(days) > min(starts):
                pairs[measure] = (firsts[measure], days[max(days)])
    second = "ies_r" if course.problem in {"ptsd", "F43.1"} and "ies_r" in pairs else "gad7"
    if second not in {name for name, day, _ in course.scores if day <= ended} and course.problem in {"ptsd", "F43.1"}:
        second = "ies_r"
    at_first = [firsts[measure] >= CUTOFF[measure] for measure in ("phq9", second) if measure in firsts]
    outcome = {"is_finished": len(treated) >= 2, "has_paired_scores": {"phq9", second} <= set(pairs)}
    outcome["is_at_caseness"] = True if any(at_first) else False if len(at_first) == 2 else None
    better = [pairs[measure][0] - pairs[measure][1] for measure in ("phq9", second) if measure in pairs]
    limits = [RELIABLE_CHANGE["phq9"], RELIABLE_CHANGE[second]]
    is_paired = outcome["has_paired_scores"]
    is_up = is_paired and any(change >= limit for change, limit in zip(better, limits, strict=True))
    is_down = is_paired and any(-change >= limit for change, limit in zip(better, limits, strict=True))
    is_low = is_paired and all(pairs[measure][1] < CUTOFF[measure] for measure in ("phq9", second))
    outcome |= {"is_recovered": is_low and outcome["is_at_caseness"] is True, "is_reliably_improved": is_up and not is_down}
    outcome |= {"is_reliably_deteriorated": is_down and not is_up, "is_mixed": is_up and is_down}
    return outcome


def has_nhs_measure(course: Course) -> bool:
    """Whether PHQ-9 or GAD-7 was answered up to the ending; without either another measure may stand alone."""
    return any(measure != "ies_r" and day <= (course.ended or 0) for measure, day, _ in course.scores)


@settings(deadline=None, max_examples=15)
@given(st.lists(courses, min_size=1, max_size=12))
def test_outcomes_agree_with_the_rules_in_python(warehouse: Warehouse, given_courses: list[Course]) -> None:
    deliver(warehouse, given_courses)
    found = {row["episode_key"]: row for row in warehouse.rows("episode_outcomes")}
    assert set(found) == {f"e{number}" for number, course in enumerate(given_courses) if course.ended is not None}
    for number, course in enumerate(given_courses):
        if course.ended is not None and has_nhs_measure(course):
            expected = reference(course)
            assert {name: found[f"e{number}"][name] for name in expected} == expected


@settings(deadline=None, max_examples=10)
@given(st.lists(courses, min_size=1, max_size=12))
def test_what_happens_after_the_ending_and_the_order_of_rows_change_nothing(warehouse: Warehouse, given_courses: list[Course]) -> None:
    deliver(warehouse, given_courses)
    outcomes, changes = warehouse.rows("episode_outcomes"), warehouse.rows("measure_changes")
    deliver(warehouse, given_courses, is_reversed=True)
    assert (warehouse.rows("episode_outcomes"), warehouse.rows("measure_changes")) == (outcomes, changes)
    deliver(warehouse, given_courses, has_follow_up=True)
    assert (warehouse.rows("episode_outcomes"), warehouse.rows("measure_changes")) == (outcomes, changes)


@settings(deadline=None, max_examples=10)
@given(st.lists(courses, min_size=1, max_size=12))
def test_paired_outcomes_are_one_of_three(warehouse: Warehouse, given_courses: list[Course]) -> None:
    deliver(warehouse, given_courses)
    for row in warehouse.rows("episode_outcomes"):
        ways = [row["is_reliably_improved"], row["is_reliably_deteriorated"], row["is_no_reliable_change"]]
        assert sum(ways) == (1 if row["has_paired_scores"] else 0)
        assert not row["is_recovered"] or row["is_at_caseness"]
        assert row["is_reliably_recovered"] == (row["is_recovered"] and row["is_reliably_improved"])
