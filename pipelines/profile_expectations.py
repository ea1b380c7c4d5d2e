"""What a delivery's profile must look like to be admitted: a list of expectations, and Great Expectations to hold deliveries against it."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.admission import LEAST_KNOWN_SHARE, ExpectationFailure, ProfileRow
from pipelines.great_expectations_session import quiet_session
from pipelines.source_contracts import SourceContract

if TYPE_CHECKING:
    import pandas

# fewer odd values of a column than this are set aside row by row: of three values one is a third, and says nothing about the file
FEWEST_ODD_VALUES = 5
# below this many rows in earlier deliveries, a change in their number says nothing
ENOUGH_ROWS_TO_COMPARE = 50
PLACE = ("clinic_id", "source_system", "delivery", "table_name", "column_name")


@dataclass(frozen=True)
class ProfileExpectation:
    """One limit on one figure of `figures`, for every table and column where the figure applies. `sentence` is for the clinic."""

    name: str
    figure: str
    sentence: str
    minimum: float | None = None
    maximum: float | None = None

    def threshold(self) -> str:
        return f"{self.figure} at least {self.minimum:g}" if self.maximum is None else f"{self.figure} at most {self.maximum:g}"


EXPECTATIONS = (
    ProfileExpectation(
        "required_values_are_there", "missing_share", maximum=0.1,
        sentence="{table}.{column}: {observed:.0%} of the required values are missing, at most {maximum:.0%} may be",
    ),
    ProfileExpectation(
        "values_can_be_read", "invalid_share", maximum=0.1,
        sentence="{table}.{column}: {observed:.0%} of the values are not a valid {type}, at most {maximum:.0%} may be",
    ),
    ProfileExpectation(
        "keys_do_not_repeat", "repeated_share", maximum=0.05,
        sentence="{table}.{column}: {observed:.0%} of the rows repeat an identifier, at most {maximum:.0%} may",
    ),
    ProfileExpectation(
        "rows_have_not_vanished", "rows_ratio", minimum=0.7,
        sentence="{table}: {rows} rows are {observed:.0%} of what the deliveries before had, at least {minimum:.0%} are expected of a full export",
    ),
    ProfileExpectation(
        "rows_have_not_multiplied", "rows_ratio", maximum=5,
        sentence="{table}: {rows} rows are {observed:.1f} times what the deliveries before had, at most {maximum:.0f} times are expected",
    ),
    ProfileExpectation(
        "records_are_known", "known_share", minimum=LEAST_KNOWN_SHARE,
        sentence="{table}: {observed:.0%} of the records of the deliveries before are here, at least {minimum:.0%} are expected of a full export; is this "
        "another clinic's file? If the system has numbered everybody anew, take the earlier deliveries out of the inbox",
    ),
    ProfileExpectation(
        "dates_are_not_in_the_future", "days_ahead", maximum=60,
        sentence="{table}.{column}: a tenth of the dates lie {observed:.0f} days or more after the delivery, at most {maximum:.0f} days are expected",
    ),
)  # fmt: skip


@dataclass(frozen=True)
class ExpectationOutcome:
    """How one expectation fared: of `evaluated` columns of all deliveries, which do not hold."""

    expectation: ProfileExpectation
    evaluated: int
    failures: tuple[ExpectationFailure, ...]


def validate(profiles: Sequence[ProfileRow], contracts: Mapping[str, SourceContract]) -> list[ExpectationOutcome]:
    """Hold the profiles of all deliveries against every expectation at once."""
    if not profiles:
        return [ExpectationOutcome(expectation, 0, ()) for expectation in EXPECTATIONS]
    frame = figures(profiles, contracts)
    results = _results(frame)
    return [_outcome(expectation, result, frame) for expectation, result in zip(EXPECTATIONS, results, strict=True)]


def figures(profiles: Iterable[ProfileRow], contracts: Mapping[str, SourceContract]) -> "pandas.DataFrame":
    """One row per clinic, system, delivery, table and column with the figures that expectations limit; empty where a figure does not apply."""
    import pandas

    seen: set[tuple[str, ...]] = set()
    rows = []
    for row in profiles:
        table = (row.clinic_id, row.source_system, row.delivery, row.profile.table_name)
        rows.append(_figures(row, contracts[row.source_system], is_first_column=table not in seen))
        seen.add(table)
    return pandas.DataFrame(rows)


def _figures(row: ProfileRow, contract: SourceContract, is_first_column: bool) -> dict[str, Any]:
    profile = row.profile
    table = next(table for table in contract.tables if table.name == profile.table_name)
    column = next(column for column in table.columns if column.raw_name() == profile.column_name)
    present = profile.rows - profile.missing
    comparable = is_first_column and row.previous_rows is not None and row.previous_rows >= ENOUGH_ROWS_TO_COMPARE
    return {
        **dict(zip(PLACE, (row.clinic_id, row.source_system, row.delivery, profile.table_name, profile.column_name), strict=True)),
        "rows": profile.rows,
        "type": column.type,
        "missing_share": _share(profile.missing, profile.rows) if column.required else None,
        "invalid_share": _share(profile.invalid, present),
        "repeated_share": _share(profile.rows - profile.distinct, profile.rows) if profile.distinct is not None else None,
        "rows_ratio": profile.rows / row.previous_rows if comparable and row.previous_rows else None,
        "known_share": row.known_share,
        "days_ahead": _days_ahead(profile.ninth_decile, row.delivered_on) if column.type in ("date", "time") and not column.booked_ahead else None,
    }


def _share(odd: int, values: int) -> float | None:
    """The share of odd values; few count as none."""
    if not values:
        return None
    return odd / values if odd >= FEWEST_ODD_VALUES else 0.0


def _days_ahead(ninth_decile: str | None, delivered_on: datetime.date) -> int | None:
    return (datetime.date.fromisoformat(ninth_decile[:10]) - delivered_on).days if ninth_decile else None


def _results(frame: "pandas.DataFrame") -> Sequence[Any]:
    """What Great Expectations says to each expectation, in the order of `EXPECTATIONS`."""
    session = quiet_session()
    from great_expectations import ExpectationSuite
    from great_expectations import expectations as kinds

    suite = ExpectationSuite(
        name="delivery profiles",
        expectations=[
            kinds.ExpectColumnValuesToBeBetween(
                column=expectation.figure, min_value=expectation.minimum, max_value=expectation.maximum, meta={"name": expectation.name}
            )
            for expectation in EXPECTATIONS
        ],
    )
    batch = (
        session.data_sources.add_pandas("profiles")
        .add_dataframe_asset("profiles")
        .add_batch_definition_whole_dataframe("all")
        .get_batch({"dataframe": frame.astype({expectation.figure: float for expectation in EXPECTATIONS})})
    )
    outcome = batch.validate(suite, result_format={"result_format": "COMPLETE", "unexpected_index_column_names": list(PLACE)})
    by_name = {result.expectation_config.meta["name"]: result for result in outcome.results}
    return [by_name[expectation.name] for expectation in EXPECTATIONS]


def _outcome(expectation: ProfileExpectation, result: Any, frame: "pandas.DataFrame") -> ExpectationOutcome:
    violations = result.result.get("unexpected_index_list") or []
    places = frame.set_index(list(PLACE))[["rows", "type"]].to_dict("index")
    failures = [_failure(expectation, violation, places) for violation in violations]
    evaluated = result.result["element_count"] - result.result["missing_count"]
    return ExpectationOutcome(expectation, evaluated, tuple(failures))


def _failure(expectation: ProfileExpectation, violation: Mapping[str, Any], places: Mapping[Any, Any]) -> ExpectationFailure:
    place = tuple(violation[name] for name in PLACE)
    clinic_id, system, delivery, table, column = place
    sentence = expectation.sentence.format(
        table=table, column=column, observed=violation[expectation.figure], minimum=expectation.minimum, maximum=expectation.maximum, **places[place]
    )
    return ExpectationFailure(clinic_id, system, delivery, sentence)
