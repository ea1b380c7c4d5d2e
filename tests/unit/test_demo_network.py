"""The written demo network, read back from its files: same bytes for the same seed, what was planted is there, figures look ordinary."""

import csv
import hashlib
import itertools
import json
import os
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import pytest
import yaml
from scipy.stats import binom

from pipelines.demo import write_network
from pipelines.demo.expected_courses import LABELS
from pipelines.source_contracts import load_contracts

REAL_EXPORTS = Path(os.environ.get("CLINIC_OUTCOMES_REAL_EXPORTS", Path(__file__).parents[3] / "shared" / "real_exports"))
ORDINARY = ("harbour", "meadow", "weir", "tannery", "spinney")
UNREADABLE_TIMES = ("2026-02-30T10:00:00", "tomorrow at ten")
OUTCOMES = ("reliable_improvement", "recovery", "reliable_recovery", "reliable_deterioration", "paired_scores")
FURTHER_SYSTEMS = ("cliniko", "jane", "mapped", "nhs_iapt", "simplepractice")
EVERYWHERE = ("goals_recorded", "goal_attainment", "did_not_attend", "missed_sessions", "provider_cancelled", "unplanned_ending")


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The demo as `make demo` writes it, and what the generator knows of it."""
    folder = tmp_path_factory.mktemp("demo")
    return folder, write_network(folder)


def rows_of(path):
    """The rows of a CSV file as dictionaries; blank lines are none, rows of another width are left out."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream)
        header = next(reader)
        return [dict(zip(header, row, strict=True)) for row in reader if len(row) == len(header)]


def canonical(demo, clinic, delivery="2026-11-03"):
    return demo[0] / "inbox" / clinic / "canonical" / delivery


def digests(folder):
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.rglob("*")) if path.is_file()}


# --- the same arguments give the same bytes


def test_same_seed_same_bytes_and_another_seed_others(tmp_path):
    for name, seed in (("one", 7), ("two", 7), ("three", 8)):
        write_network(tmp_path / name, scale=0.1, seed=seed)
    one, two, three = (digests(tmp_path / name) for name in ("one", "two", "three"))
    assert one == two
    # what has changed within a month, and so is sent again, depends on the seed
    assert {name for name in one if "/2026-11-03/" not in name} == {name for name in three if "/2026-11-03/" not in name}
    sessions = "inbox/harbour/canonical/2026-11-03/sessions.csv"
    assert one[sessions] != three[sessions]


def test_a_clinic_is_the_same_whatever_clinics_come_after_it(tmp_path):
    for clinics in (2, 3):
        write_network(tmp_path / str(clinics), clinics=clinics, months=12, scale=0.1)
    assert digests(tmp_path / "2" / "inbox" / "foundry") == digests(tmp_path / "3" / "inbox" / "foundry")


def test_tiny_and_larger_networks_can_be_written(tmp_path):
    facts = write_network(tmp_path / "tiny", clinics=2, months=3, scale=0.01)
    assert facts.counts["harbour"]["canonical"]["episodes"] == 1
    seen = []
    facts = write_network(tmp_path / "larger", clinics=18, months=6, scale=0.1, progress=lambda done, of, clinic: seen.append((done, of, clinic)))
    assert seen[-1] == (18, 18, "clinic-018")
    assert facts.counts["clinic-018"]["canonical"]["episodes"] > 10


# --- what is where


def test_network_file_and_inbox_agree_on_clinics_and_systems(demo):
    folder, _ = demo
    network = yaml.safe_load((folder / "network.yaml").read_text(encoding="utf-8"))
    declared = {(clinic["id"], system) for clinic in network["clinics"] for system in clinic["systems"]}
    assert declared == {(path.parent.name, path.name) for path in (folder / "inbox").glob("*/*")}
    assert len(network["clinics"]) == 17
    assert {system for clinic in network["clinics"] for system in clinic["systems"]} == set(load_contracts())
    assert sum(clinic["systems"] == ["canonical"] for clinic in network["clinics"]) >= 8


def test_what_the_generator_knows_stays_outside_the_inbox(demo):
    folder, facts = demo
    assert json.loads((folder / "demo_facts.json").read_text(encoding="utf-8"))["expected_rates"] == facts.expected_rates
    assert not [path for path in (folder / "inbox").rglob("*") if "facts" in path.name]


def test_files_hold_as_many_rows_as_the_facts_say(demo):
    folder, facts = demo
    rejected = Counter((defect.clinic, defect.system, defect.delivery, defect.file) for defect in facts.defects if defect.kind == "rejected")
    for file in facts.files:
        path = folder / "inbox" / file.clinic / file.system / file.delivery / file.file
        if file.is_refused:
            continue
        if file.system in FURTHER_SYSTEMS:
            continue  # held against what the warehouse reads
        if path.suffix == ".csv":
            found = len(rows_of(path))
        else:
            found = len(path.read_text(encoding="utf-8").splitlines()) - rejected[file.clinic, file.system, file.delivery, file.file]
        assert found == file.rows, path


def test_counts_are_the_rows_of_the_newest_full_export_without_the_defects(demo):
    _, facts = demo
    defects = Counter((defect.clinic, defect.table) for defect in facts.defects if defect.kind != "rejected")
    for clinic in ("harbour", "foundry", "gatehouse", "weir", "kiln"):
        rows = {file.table: file.rows for file in facts.files if file.clinic == clinic and file.delivery == "2026-11-03"}
        assert {table: count - defects[clinic, table] for table, count in rows.items()} == facts.counts[clinic]["canonical"]


def test_referrals_are_about_as_many_as_the_network_claims(demo):
    _, facts = demo
    episodes = sum(counts.get("episodes", 0) for systems in facts.counts.values() for counts in systems.values())
    assert 5_500 <= episodes <= 6_500


# --- defects


def test_every_defect_stands_on_its_line(demo):
    folder, facts = demo
    assert len(facts.defects) == len({(d.clinic, d.system, d.file, d.line) for d in facts.defects})
    for defect in facts.defects:
        path = folder / "inbox" / defect.clinic / defect.system / defect.delivery / defect.file
        line = path.read_bytes().split(b"\n")[defect.line - 1].decode("utf-8")
        if defect.key:
            assert defect.key in line
        else:
            assert defect.kind == "rejected"


def test_defects_of_each_kind_are_planted_in_known_number(demo):
    _, facts = demo
    kinds = Counter((defect.system, defect.kind, defect.reason) for defect in facts.defects)
    assert kinds == {
        ("canonical", "rejected", "fewer values than columns"): 16,
        ("canonical", "rejected", "more values than columns"): 8,
        ("canonical", "quarantined", "unreadable time"): 16,
        ("canonical", "quarantined", "unreadable date"): 16,
        ("canonical", "quarantined", "unknown measure"): 16,
        ("canonical", "quarantined", "unknown episode"): 16,
        ("canonical", "quarantined", "unknown client"): 8,
        ("canonical", "quarantined", "unknown goal"): 8,
        ("canonical", "duplicate", "the same row twice"): 16,
        ("canonical", "invalid_score", "total out of range"): 16,
        ("fhir_r4", "rejected", "not JSON"): 1,
        ("fhir_r4", "quarantined", "neither total nor items"): 1,
        ("fhir_r4", "left_out", "entered in error"): 2,
        ("fhir_r4", "invalid_score", "total out of range"): 1,
        ("nhs_iapt", "rejected", "fewer values than columns"): 1,
        ("nhs_iapt", "quarantined", "unreadable date"): 1,
        ("nhs_iapt", "quarantined", "unknown code"): 1,
        ("nhs_iapt", "quarantined", "unknown episode"): 1,
        ("nhs_iapt", "quarantined", "unreadable number"): 2,
        ("nhs_iapt", "quarantined", "total out of range"): 1,
        ("nhs_iapt", "quarantined", "unknown contact"): 1,
        ("nhs_iapt", "quarantined", "ended before it was referred"): 1,
        ("nhs_iapt", "left_out", "employment support"): 2,
        ("nhs_iapt", "left_out", "unknown measure"): 1,
        ("jane", "rejected", "fewer values than columns"): 1,
        ("jane", "quarantined", "unreadable time"): 1,
        ("jane", "quarantined", "no client"): 1,
        ("jane", "quarantined", "shifted by a comma"): 1,
        ("jane", "left_out", "a break of the staff"): 1,
        ("jane", "left_out", "archived"): 1,
        ("jane", "left_out", "never booked"): 1,
        ("simplepractice", "rejected", "fewer values than columns"): 1,
        ("simplepractice", "quarantined", "unreadable time"): 1,
        ("simplepractice", "quarantined", "several clients of this name"): 5,
        ("cliniko", "rejected", "not JSON"): 1,
        ("cliniko", "quarantined", "unreadable time"): 1,
        ("cliniko", "quarantined", "no client"): 1,
        ("cliniko", "quarantined", "a form of several measures"): 1,
        ("cliniko", "left_out", "deleted"): 1,
        ("cliniko", "left_out", "archived"): 1,
        ("mapped", "rejected", "fewer values than columns"): 1,
        ("mapped", "rejected", "left out by the mapping"): 1,
        ("mapped", "quarantined", "unreadable time"): 1,
        ("mapped", "quarantined", "unknown code"): 1,
        ("mapped", "quarantined", "unknown episode"): 1,
    }


def test_defects_stay_under_two_percent_of_each_file(demo):
    _, facts = demo
    rows = {(file.clinic, file.system, file.delivery, file.file): file.rows for file in facts.files}
    planted = Counter((defect.clinic, defect.system, defect.delivery, defect.file) for defect in facts.defects)
    assert all(count < 0.02 * rows[file] for file, count in planted.items())


def test_awkward_names_survive_a_correct_reader(demo):
    clients = {row["client_id"]: row for row in rows_of(canonical(demo, "harbour") / "clients.csv")}
    assert clients["C00000"]["first_name"] == 'Ana "Annie"' and clients["C00000"]["last_name"] == "Smith, Jr."
    assert clients["C00001"]["first_name"] == "Anna\nMaria"
    assert clients["C00003"]["last_name"] == "陈"


def test_a_truncated_file_breaks_off_in_the_middle_of_a_row(demo):
    broken = (canonical(demo, "tannery") / "sessions.csv").read_bytes()
    last_row = broken.rsplit(b"\n", 1)[1]
    assert last_row and last_row.count(b",") < broken.split(b"\n", 1)[0].count(b",")
    assert demo[1].data_through["tannery"].startswith("2026-09-")


def test_an_addition_replaces_and_withdraws(demo):
    _, facts = demo
    base = {row["session_id"]: row for row in rows_of(canonical(demo, "spinney", "2026-10-03") / "sessions.csv")}
    added = {row["session_id"]: row for row in rows_of(canonical(demo, "spinney") / "sessions.csv")}
    withdrawn = [row["key"] for row in rows_of(canonical(demo, "spinney") / "delta.csv") if row["table"] == "sessions" and row["deleted"] == "yes"]
    assert set(withdrawn) <= base.keys() and len(withdrawn) == facts.withdrawn["spinney"]["sessions"] == 6
    assert len(base.keys() & added.keys()) == facts.superseded["spinney"]["sessions"] > 0
    assert all(base[key] != added[key] for key in base.keys() & added.keys())
    assert len((base | added).keys() - set(withdrawn)) == facts.counts["spinney"]["canonical"]["sessions"]


def test_corrections_restate_the_two_months_before(demo):
    restated = {(change["indicator"], change["month"]): change for change in demo[1].restatements}
    assert {month for _, month in restated} == {"2026-08", "2026-09"}
    improvement = [change for (indicator, _), change in restated.items() if indicator == "reliable_improvement"]
    gained = sum(change["to"]["numerator"] - change["from"]["numerator"] for change in improvement)
    # five people's last forms came late, and two had been typed wrongly
    assert gained == 7
    assert sum(change["from"]["missing"] - change["to"]["missing"] for change in improvement) == 5
    endings = [change for (indicator, _), change in restated.items() if indicator == "unplanned_ending"]
    assert sum(change["from"]["missing"] - change["to"]["missing"] for change in endings) == 3


def test_people_in_both_systems_of_a_clinic_are_known(demo):
    folder, facts = demo
    old = {(row["first_name"], row["last_name"], row["birth_date"]) for row in rows_of(canonical(demo, "lantern") / "clients.csv")}
    patients = [json.loads(line) for line in fhir_lines(folder, "Patient")]
    new = {(patient["name"][0]["given"][0], patient["name"][0]["family"], patient["birthDate"]) for patient in patients}
    assert len(old & new) == facts.linked_clients["lantern"] > 0


# --- scores


def test_item_vectors_add_up_to_the_totals(demo):
    checked = Counter()
    for clinic in ("harbour", "spinney", "tannery"):
        delivery = "2026-10-03" if clinic != "harbour" else "2026-11-03"
        for row in rows_of(canonical(demo, clinic, delivery) / "scores.csv"):
            answers = [answer for answer in row["items"].split(";") if answer != "na"]
            if row["total"] and row["items"]:
                assert sum(float(answer) for answer in answers) == pytest.approx(float(row["total"])), row
                checked[row["measure"]] += 1
    assert set(checked) == {"phq9", "gad7", "wsas", "srs", "core10", "responsibility_client", "responsibility_therapist"}


def test_a_work_item_that_does_not_apply_is_written_as_na(demo):
    scores = [row for row in rows_of(canonical(demo, "harbour") / "scores.csv") if row["measure"] == "wsas"]
    without_work = [row for row in scores if row["items"].startswith("na;")]
    assert 0.1 < len(without_work) / len(scores) < 0.5
    assert all(row["items"].count(";") == 4 for row in scores)


def test_first_and_last_scores_look_like_those_of_talking_therapies(demo):
    first, last = defaultdict(list), defaultdict(list)
    for clinic in ORDINARY:
        for measure, pairs in pairs_of_finished(demo, clinic).items():
            first[measure] += [pair[0] for pair in pairs.values()]
            last[measure] += [pair[1] for pair in pairs.values()]
    assert np.mean(first["phq9"]) == pytest.approx(15.4, abs=0.6) and np.std(first["phq9"]) == pytest.approx(5.5, abs=0.6)
    assert np.mean(last["phq9"]) == pytest.approx(9.4, abs=0.9) and np.std(last["phq9"]) == pytest.approx(6.4, abs=0.8)
    assert np.mean(first["gad7"]) == pytest.approx(14.0, abs=0.6) and np.std(first["gad7"]) == pytest.approx(4.5, abs=0.6)
    assert np.mean(last["gad7"]) == pytest.approx(8.4, abs=0.9) and np.std(last["gad7"]) == pytest.approx(5.7, abs=0.8)
    assert np.corrcoef(first["phq9"], first["gad7"])[0, 1] == pytest.approx(0.7, abs=0.08)


def test_alliance_scores_are_high_and_a_third_of_the_people_always_give_full_marks(demo):
    by_episode = defaultdict(list)
    for row in rows_of(canonical(demo, "harbour") / "scores.csv"):
        if row["measure"] == "srs":
            by_episode[row["episode_id"]].append(float(row["total"]))
    scores = [score for series in by_episode.values() for score in series]
    assert np.mean(scores) == pytest.approx(36.5, abs=0.6) and np.std(scores) == pytest.approx(3, abs=0.6)
    assert np.mean([set(series) == {40.0} for series in by_episode.values()]) == pytest.approx(1 / 3, abs=0.05)


# --- courses and attendance


def test_a_third_of_the_referrals_finish_after_about_eight_sessions(demo):
    finished, referred, attended = 0, 0, []
    for clinic in ORDINARY:
        sessions, episodes = treatment_sessions(demo, clinic), episodes_of(demo, clinic)
        done = [episode for episode, row in episodes.items() if row["ended_on"] and sessions[episode] >= 2]
        finished, referred = finished + len(done), referred + len(episodes)
        # in the first year long courses are still going on
        attended += [sessions[episode] for episode in done if episodes[episode]["ended_on"] >= "2025-11-01"]
    assert finished / referred == pytest.approx(1 / 3, abs=0.03)
    assert np.mean(attended) == pytest.approx(8, abs=0.6)
    assert np.percentile(attended, 95) > 2 * np.mean(attended)


def test_ordinary_appointments_fail_as_often_as_elsewhere(demo):
    kinds = Counter(row["attendance"] for row in rows_of(canonical(demo, "harbour") / "sessions.csv") if row["attendance"] != "scheduled")
    share = {kind: count / kinds.total() for kind, count in kinds.items()}
    assert 0.10 <= share["did_not_attend"] <= 0.12
    assert share["cancelled_late_by_client"] == pytest.approx(0.06, abs=0.01)
    assert share["cancelled_by_provider"] == pytest.approx(0.04, abs=0.01)


def test_endings_of_the_treated_are_the_usual_ones(demo):
    sessions = treatment_sessions(demo, "harbour")
    endings = Counter(row["ending"] for episode, row in episodes_of(demo, "harbour").items() if row["ended_on"] and sessions[episode])
    share = {ending: count / endings.total() for ending, count in endings.items()}
    assert share["client_stopped"] == pytest.approx(0.33, abs=0.03)
    assert share["completed"] == pytest.approx(0.55, abs=0.04)
    assert 0.01 <= share["unknown"] <= 0.05


def test_nine_in_ten_start_within_six_weeks(demo):
    first = {}
    for row in attended_treatments(demo, "harbour"):
        first.setdefault(row["episode_id"], row["starts_at"][:10])
    episodes = episodes_of(demo, "harbour")
    waits = [(np.datetime64(day) - np.datetime64(episodes[episode]["referred_on"])).astype(int) for episode, day in first.items()]
    assert np.mean(np.array(waits) <= 42) == pytest.approx(0.9, abs=0.05)


def test_four_in_five_of_the_people_seen_are_accepted(demo):
    outcomes = Counter(row["consultation_outcome"] for row in rows_of(canonical(demo, "harbour") / "episodes.csv"))
    del outcomes[""], outcomes["waiting"]
    assert outcomes["accepted"] / outcomes.total() == pytest.approx(0.81, abs=0.02)


# --- what must be found


def test_expected_outcomes_are_those_of_a_plain_reading_of_the_files(demo):
    """Recomputed row by row from harbour's files, by the rules of NHS England: recovery, reliable improvement, deterioration."""
    counts = Counter()
    episodes, sessions = episodes_of(demo, "harbour"), treatment_sessions(demo, "harbour")
    firsts, pairs = first_scores(demo, "harbour"), pairs_of_finished(demo, "harbour")
    for episode, row in episodes.items():
        if not ("2025-11-01" <= row["ended_on"] <= "2026-10-31") or sessions[episode] < 2:
            continue
        counts["finished"] += 1
        first = firsts.get(episode)
        known_below = first is not None and first["phq9"] < 10 and first["gad7"] < 8
        counts["at risk"] += not known_below
        if episode not in pairs["phq9"] or episode not in pairs["gad7"]:
            continue
        counts["paired"] += 1
        (phq_first, phq_last), (gad_first, gad_last) = pairs["phq9"][episode], pairs["gad7"][episode]
        better = phq_first - phq_last >= 6 or gad_first - gad_last >= 4
        worse = phq_last - phq_first >= 6 or gad_last - gad_first >= 4
        counts["improved"] += better and not worse
        counts["deteriorated"] += worse and not better
        counts["recovered"] += not known_below and phq_last < 10 and gad_last < 8
    expected = demo[1].expected_rates["harbour"]
    assert (counts["improved"], counts["finished"]) == fraction(expected["reliable_improvement"])
    assert (counts["deteriorated"], counts["finished"]) == fraction(expected["reliable_deterioration"])
    assert (counts["paired"], counts["finished"]) == fraction(expected["paired_scores"])
    assert (counts["recovered"], counts["at risk"]) == fraction(expected["recovery"])


def test_expected_labels_are_those_of_a_plain_reading_of_the_files(demo):
    for clinic in ("kiln", "harbour"):
        labels = Counter()
        for series in phq_courses(demo, clinic).values():
            labels[plain_label(series)] += 1
        expected = demo[1].expected_labels[clinic]
        assert {label: labels[label] for label in LABELS} == {label: expected[label] for label in LABELS}


def test_every_kind_of_course_and_event_is_planted_somewhere(demo):
    planted = Counter()
    for counts in demo[1].planted.values():
        planted.update(counts)
    assert all(planted.values()), planted
    assert {"worked_through", "sharp_and_lasting", "gradual", "ended_while_worse", "loss_of_gains", "stalemate"} <= planted.keys()
    assert {"ruptures_repaired", "ruptures_unrepaired", "interruption_chains", "late_redirects", "redirects_never_arrived"} <= planted.keys()
    assert {f"reviewed_{factor}" for factor in ("deadlock", "transference", "technical_error", "incompatibility", "external", "none_found")} <= planted.keys()


def test_planted_worsenings_are_among_the_labels_that_must_be_found(demo):
    _, facts = demo
    for clinic, labels in facts.expected_labels.items():
        planted = facts.planted[clinic]
        assert labels["transient"] >= planted["worked_through"], clinic
        assert labels["sharp_sustained"] >= planted["sharp_and_lasting"], clinic
        assert labels["sustained_gradual"] >= planted["gradual"] + planted["loss_of_gains"], clinic
        assert labels["ended_while_worse"] >= planted["ended_while_worse"], clinic
        assert labels["loss_of_gains"] >= planted["loss_of_gains"], clinic
        assert labels["stalemate_by_scores"] >= planted["stalemate"], clinic


# --- the stories, by exact binomial funnel limits on the last twelve months


def test_harbour_is_about_the_same_everywhere(demo):
    assert {indicator: place(demo, "harbour", indicator) for indicator in (*OUTCOMES, *EVERYWHERE)} == dict.fromkeys((*OUTCOMES, *EVERYWHERE), "same")


@pytest.mark.parametrize(
    ("clinic", "indicator", "expected"),
    [
        ("orchard", "reliable_improvement", "clearly lower"),
        ("orchard", "recovery", "clearly lower"),
        ("lantern", "paired_scores", "clearly lower"),
        ("meadow", "did_not_attend", "clearly higher"),
        ("quayside", "unplanned_ending", "clearly higher"),
        ("kiln", "reliable_deterioration", "clearly higher"),
    ],
)
def test_stories_stand_out(demo, clinic, indicator, expected):
    assert place(demo, clinic, indicator) == expected


def test_foundry_recovers_fewer_but_improves_as_many(demo):
    assert place(demo, "foundry", "recovery") in ("lower", "clearly lower")
    assert place(demo, "foundry", "reliable_improvement") == "same"


@pytest.mark.parametrize("clinic", ["meadow", "quayside", "gatehouse", "tannery", "weir", "spinney"])
def test_outcomes_are_ordinary_where_the_story_is_another(demo, clinic):
    assert {indicator: place(demo, clinic, indicator) for indicator in OUTCOMES} == dict.fromkeys(OUTCOMES, "same")


@pytest.mark.parametrize("clinic", ["foundry", "orchard", "lantern", "gatehouse", "tannery", "weir", "kiln", "spinney"])
def test_attendance_is_ordinary_where_the_story_is_another(demo, clinic):
    for indicator in ("did_not_attend", "missed_sessions", "provider_cancelled"):
        assert place(demo, clinic, indicator) == "same", indicator


def test_eight_finish_at_sparrow(demo):
    contacts = rows_of(demo[0] / "inbox" / "sparrow" / "pmhc_mds" / "2026-11-03" / "service-contacts.csv")
    attended = Counter(row["episode_key"] for row in contacts if row["service_contact_type"] == "2" and row["service_contact_no_show"] == "2")
    episodes = rows_of(demo[0] / "inbox" / "sparrow" / "pmhc_mds" / "2026-11-03" / "episodes.csv")
    ended = {row["episode_key"]: row["episode_end_date"][4:] + row["episode_end_date"][2:4] for row in episodes}
    assert sum("202511" <= ended[episode] <= "202610" and sessions >= 2 for episode, sessions in attended.items()) == 8


def test_seven_in_ten_of_those_whom_lantern_measures_recover(demo):
    recovery = demo[1].expected_rates["lantern"]["recovery"]
    assert recovery["numerator"] / (recovery["denominator"] - recovery["missing"]) == pytest.approx(0.7, abs=0.06)
    paired = demo[1].expected_rates["lantern"]["paired_scores"]
    assert paired["numerator"] / paired["denominator"] == pytest.approx(0.55, abs=0.05)


def test_meadow_shifts_in_its_fifteenth_month_and_harbour_does_not(demo):
    months = demo[1].expected_months
    rates = {clinic: monthly_rates(months[clinic]["did_not_attend"]) for clinic in ("meadow", "harbour")}
    assert np.mean(rates["meadow"][:14]) == pytest.approx(0.10, abs=0.012)
    assert np.mean(rates["meadow"][14:]) == pytest.approx(0.19, abs=0.015)
    assert has_special_cause(rates["meadow"])
    for indicator in ("did_not_attend", "missed_sessions", "provider_cancelled"):
        assert not has_special_cause(monthly_rates(months["harbour"][indicator])), indicator


def test_kiln_changes_as_much_on_average_as_the_others(demo):
    change = {clinic: np.mean([last - first for first, last in pairs_of_finished(demo, clinic)["phq9"].values()]) for clinic in ("kiln", *ORDINARY)}
    assert change["kiln"] == pytest.approx(np.mean([change[clinic] for clinic in ORDINARY]), abs=0.8)


def test_quayside_breaks_off_after_unrepaired_ruptures(demo):
    planted = demo[1].planted
    assert planted["quayside"]["interruption_chains"] > 5 * max(planted[clinic]["interruption_chains"] for clinic in ("harbour", "weir", "spinney", "kiln"))
    assert planted["quayside"]["sudden_interruptions"] > 2 * planted["harbour"]["sudden_interruptions"]


def test_gatehouse_redirects_late_and_people_do_not_arrive(demo):
    planted = demo[1].planted
    assert planted["gatehouse"]["late_redirects"] > 8 * planted["harbour"]["late_redirects"]
    lost = {clinic: planted[clinic]["redirects_never_arrived"] / planted[clinic]["redirected"] for clinic in ("gatehouse", "harbour")}
    assert lost["gatehouse"] == pytest.approx(0.7, abs=0.05) and lost["harbour"] < 0.35


def test_spinney_works_worsenings_through(demo):
    labels = demo[1].expected_labels
    assert labels["spinney"]["transient"] > 5 * labels["harbour"]["transient"]


# --- the other systems


def test_fhir_references_point_to_something(demo):
    folder, _ = demo
    resources = {path.name.split(".")[0]: [json.loads(line) for line in fhir_lines(folder, path.name.split(".")[0])] for path in fhir_folder(folder).iterdir()}
    known = {f"{name}/{resource['id']}" for name, members in resources.items() for resource in members}
    for members in resources.values():
        for resource in members:
            assert set(references(resource)) <= known, resource["id"]
    seen = {resource["appointment"][0]["reference"] for resource in resources["Encounter"]}
    fulfilled = {f"Appointment/{resource['id']}" for resource in resources["Appointment"] if resource["status"] == "fulfilled"}
    assert seen == fulfilled


def test_fhir_totals_come_in_three_ways_and_equal_their_answers(demo):
    folder, _ = demo
    worth = {"LA6568-5": 0, "LA6569-3": 1, "LA6570-1": 2, "LA6571-9": 3}
    answers = {}
    for response in map(json.loads, fhir_lines(folder, "QuestionnaireResponse")):
        answers[f"QuestionnaireResponse/{response['id']}"] = sum(worth[item["answer"][0]["valueCoding"]["code"]] for item in response["item"])
    ways = Counter()
    for total in map(json.loads, fhir_lines(folder, "Observation")):
        if "derivedFrom" not in total:
            continue
        (way,) = [key for key in total if key.startswith("value")]
        ways[way] += 1
        value = total[way]["value"] if way == "valueQuantity" else total[way]
        assert int(value) == answers[total["derivedFrom"][0]["reference"]]
    assert set(ways) == {"valueInteger", "valueQuantity", "valueString"}


def test_k10_scores_are_the_sum_of_their_first_ten_items_or_missing(demo):
    rows = rows_of(demo[0] / "inbox" / "sparrow" / "pmhc_mds" / "2026-11-03" / "k10p.csv")
    gaps = 0
    for row in rows:
        items = [int(row[f"k10p_item{item}"]) for item in range(1, 11)]
        gaps += 9 in items
        assert int(row["k10p_score"]) == (99 if 9 in items else sum(items))
    assert 0 < gaps < len(rows) / 4


def test_pmhc_dates_of_collection_occasions_have_lost_their_zeros(demo):
    rows = rows_of(demo[0] / "inbox" / "sparrow" / "pmhc_mds" / "2026-11-03" / "collection-occasions.csv")
    assert {len(row["collection_occasion_date"]) for row in rows} == {7, 8}
    assert not [row for row in rows if row["collection_occasion_date"].startswith("0")]


@pytest.mark.parametrize(
    "name",
    ["metadata", "organisations", "clients", "episodes", "service-contacts", "service-contact-practitioners", "practitioners", "collection-occasions", "k10p"],
)
def test_pmhc_files_have_the_header_of_the_official_examples(demo, name):
    official = REAL_EXPORTS / "pmhc_mds_v4" / "example-files" / "combined" / f"{name}.csv"
    if not official.exists():
        pytest.skip(f"needs the PMHC MDS examples; set CLINIC_OUTCOMES_REAL_EXPORTS to the folder that holds {official.parent.parent.parent.name}")
    written = demo[0] / "inbox" / "sparrow" / "pmhc_mds" / "2026-11-03" / f"{name}.csv"
    assert written.read_text(encoding="utf-8").splitlines()[0] == official.read_text(encoding="utf-8-sig").splitlines()[0]


# --- plain readings, without the generator's own code


def episodes_of(demo, clinic):
    """Valid episodes of a clinic by identifier, from its newest readable export."""
    rows = (
        rows_of(canonical(demo, clinic, newest_readable(clinic)) / "episodes.csv") if clinic != "spinney" else both_deliveries(demo, "episodes", "episode_id")
    )
    return {row["episode_id"]: row for row in rows if row["referred_on"] != "2026-13-01" and row["client_id"] != "C99999"}


def newest_readable(clinic):
    return "2026-10-03" if clinic == "tannery" else "2026-11-03"


def both_deliveries(demo, table, key):
    rows = {}
    for delivery in ("2026-10-03", "2026-11-03"):
        rows |= {row[key]: row for row in rows_of(canonical(demo, "spinney", delivery) / f"{table}.csv")}
    gone = {row["key"] for row in rows_of(canonical(demo, "spinney") / "delta.csv")}
    return [row for key, row in rows.items() if key not in gone]


def table_of(demo, clinic, table, key):
    if clinic == "spinney":
        return both_deliveries(demo, table, key)
    # a dictionary, since duplicates are planted
    return list({row[key]: row for row in rows_of(canonical(demo, clinic, newest_readable(clinic)) / f"{table}.csv")}.values())


def attended_treatments(demo, clinic):
    """Attended treatment sessions in the order of time, without those planted with an unreadable time or an unknown episode."""
    rows = table_of(demo, clinic, "sessions", "session_id")
    return [
        row
        for row in rows
        if row["kind"] == "treatment"
        and row["attendance"] in ("attended", "attended_late")
        and row["starts_at"] not in UNREADABLE_TIMES
        and row["episode_id"] != "E99999"
    ]


def treatment_sessions(demo, clinic):
    """How many treatment sessions were attended in each episode."""
    return Counter(row["episode_id"] for row in attended_treatments(demo, clinic))


def valid_scores(demo, clinic, measure):
    """(episode, day, score) of a measure with 0 to 3 an item, in the order of time; prorated where the rule allows a gap."""
    most_gaps, items, highest = {"phq9": (2, 9, 27), "gad7": (1, 7, 21)}[measure]
    found = []
    for row in table_of(demo, clinic, "scores", "score_id"):
        if row["measure"] != measure or "/" in row["measured_on"] or not row["items"]:
            continue
        answers = [int(answer) for answer in row["items"].split(";") if answer]
        if items - len(answers) <= most_gaps:
            score = int(sum(answers) * items / len(answers) + 0.5)
            assert score <= highest
            found.append((row["session_id"], row["episode_id"], row["measured_on"], score))
    return [(episode, day, score) for _, episode, day, score in sorted(found)]


def phq_courses(demo, clinic):
    """[(day number, score)] of each ended and treated episode, until its ending."""
    episodes, sessions, courses = episodes_of(demo, clinic), treatment_sessions(demo, clinic), defaultdict(list)
    for episode, day, score in valid_scores(demo, clinic, "phq9"):
        row = episodes.get(episode)
        if row and row["ended_on"] and day <= row["ended_on"] and sessions[episode]:
            courses[episode].append((np.datetime64(day).astype(int), score))
    return courses


def first_scores(demo, clinic):
    firsts = defaultdict(dict)
    for measure in ("phq9", "gad7"):
        for episode, _, score in valid_scores(demo, clinic, measure):
            firsts[episode].setdefault(measure, score)
    return firsts


def pairs_of_finished(demo, clinic):
    """(first, last) score of every finished episode with two, by measure. The first is the assessment's, as everywhere in the demo."""
    episodes, sessions, pairs = episodes_of(demo, clinic), treatment_sessions(demo, clinic), {}
    for measure in ("phq9", "gad7"):
        series = defaultdict(list)
        for episode, day, score in valid_scores(demo, clinic, measure):
            row = episodes.get(episode)
            if row and row["ended_on"] and day <= row["ended_on"] and sessions[episode] >= 2:
                series[episode].append(score)
        pairs[measure] = {episode: (scores[0], scores[-1]) for episode, scores in series.items() if len(scores) > 1}
    return pairs


def plain_label(series, reliable_change=6):
    """The label of one course, step by step as the rule is worded."""
    days, scores = zip(*series, strict=True)
    if len(scores) < 4:
        return "not_classifiable"
    stable, spell, found = [scores[0]], None, []
    for index in range(1, len(scores)):
        if spell is None:
            if scores[index] - min(stable[-3:]) >= reliable_change:
                spell = {"onset": index, "anchor": min(stable[-3:]), "members": [index]}
            else:
                stable.append(scores[index])
        elif scores[index] - spell["anchor"] <= reliable_change / 2:
            found.append((spell, index))
            stable, spell = [scores[index]], None
        else:
            spell["members"].append(index)
    if spell:
        found.append((spell, None))
    names = [name_of_spell(spell, resolved, days, scores, reliable_change) for spell, resolved in found]
    return max(names, key=LABELS.index, default="none")


def name_of_spell(spell, resolved, days, scores, reliable_change):
    members, end = spell["members"], resolved if resolved is not None else spell["members"][-1]
    inside = [*members, *([resolved] if resolved is not None else [])]
    if any(days[later] - days[earlier] > 28 for earlier, later in itertools.pairwise(inside)):
        return "not_classifiable"
    length = days[end] - days[spell["onset"]]
    is_sustained = len(members) >= 4 or (length > 28 and len(members) >= 2)
    magnitude = max(scores[index] for index in members) - spell["anchor"]
    is_sharp = magnitude >= 2 * reliable_change or is_sudden_loss(scores, spell["onset"], reliable_change)
    if is_sustained:
        return "sharp_sustained" if is_sharp else "sustained_gradual"
    return "ended_while_worse" if resolved is None else "transient"


def is_sudden_loss(scores, onset, reliable_change):
    before, after = scores[max(onset - 3, 0) : onset], scores[onset : onset + 3]
    rise = scores[onset] - scores[onset - 1]
    if len(before) < 2 or len(after) < 2 or rise < reliable_change or rise < 0.25 * scores[onset - 1]:
        return False
    freedom = len(before) + len(after) - 2
    pooled = (np.var(before, ddof=1) * (len(before) - 1) + np.var(after, ddof=1) * (len(after) - 1)) / freedom
    return np.mean(after) - np.mean(before) > {4: 2.776, 3: 3.182, 2: 4.303}[freedom] * np.sqrt(pooled)


def fraction(counts):
    return counts["numerator"], counts["denominator"]


def place(demo, clinic, indicator):
    """Where a clinic stands in the funnel: exact binomial limits with interpolation (Spiegelhalter 2005, appendix A.1.1)."""
    rates = {name: rates[indicator] for name, rates in demo[1].expected_rates.items() if indicator in rates}
    target = sum(counts["numerator"] for counts in rates.values()) / sum(counts["denominator"] for counts in rates.values())
    numerator, denominator = fraction(rates[clinic])
    limits = [limit(target, denominator, level) for level in (0.001, 0.025, 0.975, 0.999)]
    names = ("clearly lower", "lower", "same", "higher", "clearly higher")
    return names[int(np.searchsorted(limits, numerator / denominator))]


def limit(target, count, level):
    smallest = int(binom.ppf(level, count, target))
    above, below = binom.cdf(smallest, count, target), binom.cdf(smallest - 1, count, target)
    return (smallest - (above - level) / (above - below)) / count


def monthly_rates(counts):
    return [numerator / denominator for numerator, denominator in zip(counts["numerator"], counts["denominator"], strict=True) if denominator >= 10]


def has_special_cause(rates):
    """XmR with the first twelve months as baseline: a point outside the limits, or seven in a row on one side of the mean."""
    baseline = rates[:12]
    mean, width = np.mean(baseline), 2.66 * np.abs(np.diff(baseline)).mean()
    outside = any(abs(rate - mean) > width for rate in rates)
    sides = np.sign(np.array(rates) - mean)
    return outside or any(abs(sides[start : start + 7].sum()) == 7 for start in range(len(sides) - 6))


def fhir_folder(folder):
    return folder / "inbox" / "lantern" / "fhir_r4" / "2026-11-03"


def fhir_lines(folder, resource):
    """The lines of a resource's file that are JSON and usable."""
    lines = (fhir_folder(folder) / f"{resource}.000.ndjson").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if "obs-9999" not in line]


def references(node):
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "reference":
                yield value
            else:
                yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)
