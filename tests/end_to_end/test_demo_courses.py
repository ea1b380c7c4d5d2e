"""What happened in the therapies of the demo: every label, event and factor occurs, and as often as its generator planted it or a plain reading finds it."""

import csv
import os
import re
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path

import duckdb
import pytest

from pipelines.commands.published import opened_release
from pipelines.demo import write_network
from pipelines.explanation import explain
from pipelines.privacy import pseudonym
from pipelines.source_contracts import load_contracts

COMMAND = Path(sys.executable).with_name("clinic-outcomes")
ENVIRONMENT = {**os.environ, "CLINIC_OUTCOMES_KEY": "a key for tests only, of no worth"}
AS_OF = "2026-11-03"
ALLIANCE = {
    "ruptures_repaired": ("definite_rupture", "repaired"),
    "ruptures_unrepaired": ("definite_rupture", "not_repaired"),
    "alliance_dips": ("drop", None),
    "alliance_strains": ("possible_rupture", "repaired_late"),
    "alliance_worn": ("possible_rupture", "unresolved"),
}
OCCURRING = {
    "core.score_trajectories label": {"none", "transient", "ended_while_worse", "sustained_gradual", "sharp_sustained", "not_classifiable"},
    "core.sudden_changes direction": {"gain", "loss"},
    "core.alliance_events event": {"low_level", "drop", "marked_drop", "possible_rupture", "definite_rupture", "below_chart", "flat_line"},
    "core.alliance_events resolution": {"repaired", "repaired_late", "not_repaired", "unresolved", None},
    "core.failure_register factor": {
        "sharp_sustained_worsening", "sustained_gradual_worsening", "ended_while_worse", "deterioration", "loss_of_gains", "deadlock", "unrepaired_rupture",
        "sudden_interruption", "late_redirect", "transference", "technical_error", "incompatibility", "external", "none_found", "not_reviewed",
    },
    "core.positive_dynamics factor": {
        "goals_reached", "lasting_gain", "worsening_worked_through", "rupture_repaired", "responsibility_taken", "timely_redirect_arrived",
    },
    "core.goals close_reason": {"achieved", "replaced", "no_longer_relevant", "abandoned", "transferred", None},
    "core.episodes ending_class": {"planned", "redirected", "client_unplanned", "provider", "external", "unknown", None},
    "core.episodes ending_phase": {"during_assessment", "early", "mid", "late", None},
    "core.episodes consultation_outcome": {
        "accepted", "assessment_only", "redirected", "unsuitable", "client_declined", "dropped_out", "waiting", None,
    },
    "core.consultations redirect_state": {"arrived", "arrived_late", "not_arrived", "pending", None},
    "core.episode_outcomes ending_effect": {"with_effect", "without_effect", "effect_unknown", None},
    "core.measure_changes category": {"recovered", "improved", "unchanged", "deteriorated", None},
}  # fmt: skip


class Demo:
    """One written and published demo network without reports to read."""

    def __init__(self, root: Path) -> None:
        self.root, self.data = root, root / "data"
        self.facts = write_network(root)
        self.command("run", "--network", str(root / "network.yaml"), "--inbox", str(root / "inbox"))

    def command(self, name: str, *options: str) -> str:
        arguments = [COMMAND, name, *options, "--data", str(self.data)]
        outcome = subprocess.run(arguments, env=ENVIRONMENT, capture_output=True, text=True, timeout=900, check=False)
        assert outcome.returncode == 0, outcome.stdout + outcome.stderr
        return outcome.stdout

    def query(self, statement: str) -> list[tuple]:
        with duckdb.connect(str(self.data / "published" / "warehouse.duckdb"), read_only=True) as connection:
            return connection.execute(statement).fetchall()

    def delivered(self, clinic: str, table: str) -> list[dict[str, str]]:
        with (self.root / "inbox" / clinic / "canonical" / AS_OF / f"{table}.csv").open(encoding="utf-8-sig", newline="") as stream:
            return [row for row in csv.DictReader(stream) if None not in row and None not in row.values()]


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> Demo:
    return Demo(tmp_path_factory.mktemp("courses"))


def test_labels_of_courses_are_those_of_the_generator(demo):
    rows = demo.query(
        "select clinic_id, label, count(*), count(*) filter (where is_loss_of_gains) from core.score_trajectories inner join core.episodes using "
        "(episode_key, clinic_id) where measure_id = 'phq9' and ended_on is not null and attended_treatment_sessions > 0 group by all"
    )
    found, losses = defaultdict(Counter), Counter()
    for clinic, label, courses, lost in rows:
        found[clinic][label] += courses
        losses[clinic] += lost
    expected = {clinic: dict(labels) for clinic, labels in demo.facts.expected_labels.items()}
    assert {clinic: labels.pop("loss_of_gains") for clinic, labels in expected.items()} == {clinic: losses[clinic] for clinic in expected}
    for labels in expected.values():
        labels.pop("stalemate_by_scores")
    assert {clinic: {label: found[clinic][label] for label in labels} for clinic, labels in expected.items()} == expected


def test_troubles_of_the_alliance_are_those_planted(demo):
    rows = demo.query(
        "select clinic_id, event, resolution, count(distinct episode_key) from core.alliance_events inner join core.episodes using (episode_key, clinic_id) "
        "where ended_on is not null group by all"
    )
    found = {(clinic, event, resolution): episodes for clinic, event, resolution, episodes in rows}
    planted = {clinic: facts for clinic, facts in demo.facts.planted.items() if "alliance_dips" in facts}
    assert len(planted) >= 8
    for clinic, facts in planted.items():
        assert {name: found.get((clinic, *event), 0) for name, event in ALLIANCE.items()} == {name: facts[name] for name in ALLIANCE}, clinic


def test_computed_factors_are_those_of_the_generator(demo):
    rows = demo.query(
        "with entries as (select clinic_id, episode_key, factor, detail from core.failure_register where evidence = 'computed' "
        "union all select clinic_id, episode_key, factor, detail from core.positive_dynamics) "
        "select clinic_id, factor, count(*) from entries inner join core.episodes using (episode_key, clinic_id) "
        "where ended_on is not null group by all"
    )
    found = {(clinic, factor): episodes for clinic, factor, episodes in rows}
    expected = {(clinic, factor): count for clinic, factors in demo.facts.expected_factors.items() for factor, count in factors.items()}
    by_people = {"transference", "technical_error", "incompatibility", "external", "none_found", "not_reviewed"}
    every_factor = OCCURRING["core.failure_register factor"] - by_people | OCCURRING["core.positive_dynamics factor"]
    assert {factor for _, factor in expected} == every_factor
    assert {key: found.get(key, 0) for key in expected} == expected


def test_lapsed_therapies_are_those_of_the_generator(demo):
    """Explicit episodes: how a system without episodes is cut into them is not worked out by the generator."""
    rows = demo.query(
        "select clinic_id, count(*), count(inferred_ending_class) from core.lapsed_episodes inner join core.episodes using (episode_key, clinic_id) "
        "where episode_source = 'explicit' group by clinic_id"
    )
    expected = {clinic: (lapses["over_60_days"], lapses["over_90_days"]) for clinic, lapses in demo.facts.expected_lapses.items() if lapses["over_60_days"]}
    assert {clinic: (lapsed, ended) for clinic, lapsed, ended in rows} == expected
    assert expected["cobble"] == (4, 4)


def test_factors_coded_by_people_are_those_of_the_reviews(demo):
    named = defaultdict(set)
    for row in demo.delivered("harbour", "reviews"):
        if row["reviewed_on"] <= AS_OF:
            named[row["episode_id"]].add(row["factor"])
    expected = Counter(factor for factors in named.values() for factor in factors if factor != "none_found" or factors == {"none_found"})
    found = demo.query(
        "select factor, count(*) from core.failure_register where clinic_id = 'harbour' and evidence = 'coded' and factor <> 'not_reviewed' group by all"
    )
    assert dict(found) == expected
    [(ended, reviewed_or_not)] = demo.query(
        "select count(*), count(*) filter (where exists (select 1 from core.failure_register as r where r.episode_key = e.episode_key and evidence = 'coded')) "
        "from core.episodes as e where clinic_id = 'harbour' and ended_on is not null"
    )
    assert ended == reviewed_or_not


@pytest.mark.parametrize(("place", "values"), OCCURRING.items())
def test_every_value_occurs(demo, place, values):
    table, column = place.split()
    assert {value for (value,) in demo.query(f"select distinct {column} from {table}")} == values


def test_the_reported_category_is_that_of_jacobson_and_truax(demo):
    differing = demo.query(
        "select count(*) from core.change_indices inner join core.measure_changes using (episode_key, measure_id, rater) "
        "where jt_category is distinct from category"
    )
    assert differing == [(0,)]
    assert "Gulliksen" in demo.command("outcomes", "--method", "gln")


def test_an_explanation_leads_from_the_delivered_row_to_the_verdict(demo):
    [(key,)] = demo.query(
        "select min(episode_key) from core.score_trajectories where clinic_id = 'harbour' and measure_id = 'phq9' and label = 'sharp_sustained'"
    )
    for row in demo.delivered("harbour", "episodes"):
        options = ("--clinic", "harbour", "--system", "canonical")
        if demo_pseudonym(row["episode_id"]) == key:
            text = demo.command("explain", *options, "--episode", row["episode_id"])
            break
    lines = (demo.root / "inbox" / "harbour" / "canonical" / AS_OF / "scores.csv").read_text(encoding="utf-8-sig").split("\n")
    score = next(line for line in text.splitlines() if "phq9 by self: total" in line)
    day, place = score.split()[0], int(score.rsplit("scores.csv line ", 1)[1].split("]")[0])
    assert day in lines[place - 1] and ",phq9," in lines[place - 1]
    assert "as the best of the last stable scores" in text
    assert "sharp_sustained_worsening (computed): phq9" in text


def test_every_label_and_every_factor_has_an_explanation_that_names_it(demo):
    labels = demo.query(
        "select label, measure_id, min(episode_key), min_by(valid_scores, episode_key) from core.score_trajectories where rater = 'self' "
        "group by label, measure_id"
    )
    factors = demo.query(
        "select factor, 'computed', min(episode_key) from core.failure_register where evidence = 'computed' group by factor "
        "union all select factor, 'coded', min(episode_key) from core.failure_register where evidence = 'coded' and factor <> 'not_reviewed' group by factor"
    )
    categories = demo.query("select category, measure_id, min(episode_key) from core.measure_changes where category is not null group by all")
    texts: dict[str, str] = {}
    with opened_release(demo.data) as (data, release):
        for key in {key for _, _, key, *_ in [*labels, *factors, *categories]}:
            texts[key] = "\n".join(explain(release, data, load_contracts(), key))
    assert {label for label, *_ in labels} == OCCURRING["core.score_trajectories label"]
    unnamed = [(label, measure) for label, measure, key, scores in labels if f"{measure} by self, {scores} valid scores: {label}" not in texts[key]]
    unnamed += [(factor, kind) for factor, kind, key in factors if f"{factor} ({kind}" not in texts[key]]
    unnamed += [(category, measure) for category, measure, key in categories if not re.search(rf"\({measure}_\w+\): {category}", texts[key])]
    assert unnamed == []


def demo_pseudonym(identifier: str) -> str:
    return pseudonym(ENVIRONMENT["CLINIC_OUTCOMES_KEY"].encode(), "harbour", "canonical", identifier)
