"""Fits a network's case-mix models: what chance of each result the people seen had before treatment began.

Fitting is a decision of the network, never a step of the monthly run: it reads the counts of a finished build, and writes a version of the
coefficients (seeds) and a model card, which are reviewed, committed and then frozen.
"""

import csv
import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pandas
import statsmodels.api
from numpy.typing import NDArray

COVARIATES = ("age_band", "gender", "employment", "problem", "deprivation")
FEWEST_CASES = 50  # a level that was met less often joins `other`,
FEWEST_OF_A_KIND = 10  # as does one with hardly any events or hardly any cases without
MONTHS = 24

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Coefficient:
    """What a level of a term adds to the logit; the reference level has no standard error."""

    term: str
    level: str
    value: float
    standard_error: float | None
    cases: int


@dataclass(frozen=True)
class Model:
    """The coefficients of one indicator, and how well they tell events from other cases where they were fitted."""

    indicator_id: str
    coefficients: tuple[Coefficient, ...]
    cases: int
    events: int
    auc: float


@dataclass(frozen=True)
class Baseline:
    """How severe people are at the start on one measure, and what last score goes with a first one. Higher is worse."""

    measure_id: str
    mean: float
    sd: float
    change_intercept: float
    change_slope: float
    cases: int


@dataclass(frozen=True)
class Version:
    """Everything that one fit brings, under the name by which the warehouse refers to it."""

    name: str
    network_name: str
    in_force_from: datetime.date
    fitted_from: datetime.date
    fitted_to: datetime.date
    baselines: tuple[Baseline, ...]
    models: tuple[Model, ...]


def fit_version(build: Path, name: str, in_force_from: datetime.date) -> Version:
    """Fit every model on the episodes that ended in the two years up to the reported month of a build file."""
    with duckdb.connect(str(build), read_only=True) as connection:
        network_name, first, last = connection.execute(
            f"select network_name, cast(month - interval {MONTHS - 1} month as date), month from inputs.parameters"
        ).fetchall()[0]
        changes = connection.execute("from intermediate.int_change_counts where month >= ?", [first]).df()
        counts = connection.execute("from intermediate.int_case_mix_counts where month >= ? order by all", [first]).df()
    starts = baselines(changes)
    models = [fit(str(indicator_id), rows, starts) for indicator_id, rows in counts.groupby("indicator_id", sort=True)]
    return Version(name, network_name, in_force_from, first, last, tuple(starts), tuple(models))


def baselines(changes: pandas.DataFrame) -> list[Baseline]:
    """The first scores by measure, and the least-squares line from first to last scores of those who started in the clinical range."""
    found = []
    for measure_id, rows in changes.groupby("measure_id", sort=True):
        total = rows.select_dtypes("number").sum()
        cases, clinical = total["cases"], total["clinical_cases"]
        if clinical < FEWEST_CASES:
            continue
        mean = total["first_sum"] / cases
        spread = total["clinical_first_squares"] - total["clinical_first_sum"] ** 2 / clinical
        slope = (total["clinical_products"] - total["clinical_first_sum"] * total["clinical_last_sum"] / clinical) / spread
        found.append(
            Baseline(
                measure_id=str(measure_id),
                mean=float(mean),
                sd=float(np.sqrt((total["first_squares"] - cases * mean**2) / (cases - 1))),
                change_intercept=float((total["clinical_last_sum"] - slope * total["clinical_first_sum"]) / clinical),
                change_slope=float(slope),
                cases=int(clinical),
            )
        )
    return found


def fit(indicator_id: str, counts: pandas.DataFrame, starts: Iterable[Baseline]) -> Model:
    """Logistic regression on grouped counts, which have the columns of int_case_mix_counts for one indicator."""
    cases, events = counts["cases"].to_numpy(float), counts["events"].to_numpy(float)
    columns = {("intercept", ""): np.ones(len(counts)), **_baseline_columns(counts, starts)}
    references = []
    for term in COVARIATES:
        levels = _pooled_levels(counts, term)
        sizes = counts["cases"].groupby(levels).sum().sort_values(ascending=False, kind="stable")
        references.append(Coefficient(term, str(sizes.index[0]), 0.0, None, int(sizes.iloc[0])))
        columns |= {(term, str(level)): (levels == level).to_numpy(float) for level in sizes.index[1:]}
    design = np.column_stack(list(columns.values()))
    result = statsmodels.api.GLM(np.column_stack([events, cases - events]), design, family=statsmodels.api.families.Binomial()).fit()
    fitted = [
        Coefficient(term, level, float(value), float(error), int(cases[values != 0].sum()))
        for ((term, level), values), value, error in zip(columns.items(), result.params, result.bse, strict=True)
    ]
    coefficients = sorted([*fitted, *references], key=lambda coefficient: (coefficient.term, coefficient.level))
    return Model(indicator_id, tuple(coefficients), int(cases.sum()), int(events.sum()), auc(cases, events, result.fittedvalues))


def auc(cases: Numbers, events: Numbers, probabilities: Numbers) -> float:
    """The chance that a case with the event was given a higher probability than one without; ties count half."""
    groups = pandas.DataFrame({"events": events, "others": cases - events}).groupby(probabilities, sort=True).sum()
    below = groups["others"].cumsum() - groups["others"] / 2
    return float((groups["events"] * below).sum() / (groups["events"].sum() * groups["others"].sum()))


def _baseline_columns(counts: pandas.DataFrame, starts: Iterable[Baseline]) -> dict[tuple[str, str], Numbers]:
    known = {start.measure_id: start for start in starts}
    means = counts["baseline_measure_id"].map({name: start.mean for name, start in known.items()}).astype(float)
    deviations = counts["baseline_measure_id"].map({name: start.sd for name, start in known.items()}).astype(float)
    baseline = (counts["baseline_severity"] - means) / deviations
    columns = {
        ("baseline", "linear"): baseline.fillna(0).to_numpy(float),
        ("baseline", "squared"): (baseline**2).fillna(0).to_numpy(float),
    }
    unknown = counts[baseline.isna()]
    if not _is_rare(unknown["cases"].sum(), unknown["events"].sum()):
        columns["baseline", "unknown"] = baseline.isna().to_numpy(float)
    return columns


def _pooled_levels(counts: pandas.DataFrame, term: str) -> pandas.Series:
    """The level of each row, rare ones as `other`; an `other` that is still rare joins the most common level."""
    sums = counts.groupby(term)[["cases", "events"]].sum()
    rare = [level for level, row in sums.iterrows() if _is_rare(row["cases"], row["events"])]
    levels = counts[term].where(~counts[term].isin(rare), "other")
    others = counts[levels == "other"]
    if _is_rare(others["cases"].sum(), others["events"].sum()):
        levels = levels.where(levels != "other", str(sums["cases"].idxmax()))
    return levels


def _is_rare(cases: float, events: float) -> bool:
    return cases < FEWEST_CASES or min(events, cases - events) < FEWEST_OF_A_KIND


def write_version(version: Version, seeds: Path, cards: Path) -> None:
    """Add a version to the three seeds and write its model card. A name that is taken is refused, because versions are frozen."""
    tables = _seed_rows(version)
    for table in tables:
        if f"\n{version.name}," in (seeds / f"{table}.csv").read_text(encoding="utf-8"):
            raise FileExistsError(f"{table}.csv already has a version {version.name}; a version is frozen, choose another name")
    for table, rows in tables.items():
        with (seeds / f"{table}.csv").open("a", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([version.name, *row] for row in rows)
    cards.mkdir(parents=True, exist_ok=True)
    (cards / f"{version.name}.md").write_text(card(version), encoding="utf-8")


def _seed_rows(version: Version) -> dict[str, list[tuple[object, ...]]]:
    """The rows of each seed, without the version that they all begin with."""
    dates = (version.in_force_from, version.fitted_from, version.fitted_to)
    return {
        "case_mix_models": [(version.network_name, model.indicator_id, *dates, model.cases, model.events, _figure(model.auc)) for model in version.models],
        "case_mix_coefficients": [
            (model.indicator_id, row.term, row.level, _figure(row.value), _figure(row.standard_error), row.cases)
            for model in version.models
            for row in model.coefficients
        ],
        "case_mix_baselines": [
            (start.measure_id, *map(_figure, (start.mean, start.sd, start.change_intercept, start.change_slope)), start.cases) for start in version.baselines
        ],
    }


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.6f}"


def card(version: Version) -> str:
    """The model card of a version, in Markdown."""
    lines = [
        f"# Case-mix models {version.name}",
        "",
        f"Fitted on the episodes of {version.network_name} that ended from {version.fitted_from:%B %Y} to {version.fitted_to:%B %Y}; "
        f"in force from {version.in_force_from:%B %Y} until a newer version is.",
        "",
        "- **Use**: to set the rates of a clinic of this network against what the network reaches with the same people. Not for decisions about a person.",
        "- **Model**: logistic regression on grouped counts of episodes whose result is known. Severity at the start enters as a standardised score of the "
        "measure that was used, and its square; unknown is a level of its own.",
        "- **Left out on purpose**: everything after the start (sessions, ending, completion, therapist), because adjusting for it would hide what the "
        "clinic does.",
        "- **Not available**: risk and earlier therapy, which no practice system delivers.",
        f"- **Pooled**: levels with fewer than {FEWEST_CASES} cases, or fewer than {FEWEST_OF_A_KIND} cases with or without the event, count as `other`.",
        "",
        "How well a model still fits is computed in every run: `benchmarks.case_mix_quality` and `benchmarks.case_mix_calibration`.",
    ]
    for model in version.models:
        lines += [
            "",
            f"## {model.indicator_id}",
            "",
            f"{model.cases:,} cases, {model.events:,} with the event, area under the curve {model.auc:.3f}.",
            "",
            "| term | level | log odds | standard error | cases |",
            "|---|---|---|---|---|",
            *(
                f"| {row.term} | {row.level} | {row.value:.3f} | {'reference' if row.standard_error is None else f'{row.standard_error:.3f}'} | {row.cases:,} |"
                for row in model.coefficients
            ),
        ]
    return "\n".join(lines) + "\n"
