"""Raw rows and the ledger of deliveries. One step for all practice systems, since a delivery is judged beside those before it."""

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg

from pipelines import intake
from pipelines.defs.groups import INGESTION, OWNERS
from pipelines.defs.ingest.inbox import inbox
from pipelines.defs.markdown import table
from pipelines.defs.workplace import SoleRun, Workplace
from pipelines.privacy import load_key
from pipelines.profile_expectations import EXPECTATIONS, ExpectationOutcome
from pipelines.progress import tenths
from pipelines.run_dates import parse_day
from pipelines.source_contracts import SourceContract, load_contracts

LEDGER = dg.AssetKey("deliveries")

Events = Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]


class AsOf(dg.Config):
    """Empty: as of the newest delivery. A day, YYYY-MM-DD: as if it were that day; later deliveries are left out."""

    as_of: str = ""


@dg.definitions
def defs() -> dg.Definitions:
    return dg.Definitions(assets=[read_deliveries(load_contracts())])


def read_deliveries(contracts: Mapping[str, SourceContract]) -> dg.AssetsDefinition:
    """The step that reads the inbox: an asset of raw rows for each practice system, and the ledger."""
    raw = [_raw_spec(contract) for contract in contracts.values()]

    @dg.multi_asset(name="read_deliveries", specs=[*raw, _ledger_spec(raw)], check_specs=_check_specs())
    def step(context: dg.AssetExecutionContext, config: AsOf, workplace: Workplace, sole_run: SoleRun) -> Events:
        network, data, key = workplace.network(), workplace.data, load_key()
        as_of = parse_day(config.as_of) if config.as_of else None
        taken = intake.take_in(workplace.locations.inbox, network, contracts, data, key, as_of, tenths(context.log.info, "files read"))
        intake.hand_over(taken, network, contracts, data, key)
        yield from _results(taken, contracts)

    return step


def _raw_spec(contract: SourceContract) -> dg.AssetSpec:
    return dg.AssetSpec(
        f"raw_{contract.system}",
        deps=[inbox],
        description=f"Rows of {contract.title} as delivered, all text, one Parquet file per delivered file and table, named by the file's "
        "SHA-256. Private fields are dropped; identifiers are pseudonyms. Only ever added to.",
        group_name=INGESTION,
        owners=OWNERS,
        kinds={"parquet", contract.format},
    )


def _ledger_spec(raw: list[dg.AssetSpec]) -> dg.AssetSpec:
    return dg.AssetSpec(
        LEDGER,
        deps=raw,
        description="Every file of the inbox with the decision on it and the reason: which deliveries are admitted, which are refused, "
        "and which hold now. With the network file and the run's dates, all that dbt is told beside raw rows.",
        group_name=INGESTION,
        owners=OWNERS,
        kinds={"parquet"},
    )


def _check_specs() -> list[dg.AssetCheckSpec]:
    return [
        dg.AssetCheckSpec(expectation.name, asset=LEDGER, description=f"Great Expectations: {expectation.threshold()}, or the delivery is refused.")
        for expectation in EXPECTATIONS
    ]


def _results(taken: intake.Intake, contracts: Mapping[str, SourceContract]) -> Events:
    for system in contracts:
        yield dg.MaterializeResult(asset_key=f"raw_{system}", metadata=_raw_metadata(taken, system))
    yield dg.MaterializeResult(asset_key=LEDGER, metadata=_ledger_metadata(taken))
    for outcome in taken.outcomes:
        yield _check_result(outcome)


def _raw_metadata(taken: intake.Intake, system: str) -> dict[str, Any]:
    files = [file for file in taken.read_files if file.delivered.source_system == system]
    return {
        "files": len(files),
        "files_read_now": sum(file.is_new for file in files),
        "dagster/row_count": sum(sum(file.facts.admitted.values()) for file in files),
        "rejected_rows": sum(file.facts.rows_rejected for file in files),
        "rejected": table(
            ("clinic", "delivery", "file", "rejected rows"),
            [(file.delivered.clinic_id, file.delivered.delivery, file.delivered.file, file.facts.rows_rejected) for file in files if file.facts.rows_rejected],
        ),
    }


def _ledger_metadata(taken: intake.Intake) -> dict[str, Any]:
    verdicts = taken.verdicts
    set_aside = [(verdict.delivered, verdict) for verdict in verdicts if verdict.decision in ("refused", "unrecognised")]
    return {
        "as_of": str(taken.dates.as_of),
        "newest_month": f"{taken.dates.newest_month:%Y-%m}",
        **{f"files_{decision}": sum(verdict.decision == decision for verdict in verdicts) for decision in ("admitted", "refused", "ignored", "unrecognised")},
        "refused": table(
            ("clinic", "system", "delivery", "file", "decision", "why"),
            [(file.clinic_id, file.source_system, file.delivery, file.file, verdict.decision, verdict.reason) for file, verdict in set_aside],
        ),
    }


def _check_result(outcome: ExpectationOutcome) -> dg.AssetCheckResult:
    """A violated expectation refuses deliveries, each by itself; it warns about the network's run and does not stop it."""
    return dg.AssetCheckResult(
        asset_key=LEDGER,
        check_name=outcome.expectation.name,
        passed=not outcome.failures,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "violated": len(outcome.failures),
            "denominator": outcome.evaluated,
            "threshold": outcome.expectation.threshold(),
            "violations": table(
                ("clinic", "system", "delivery", "what"),
                [(failure.clinic_id, failure.source_system, failure.delivery, failure.sentence) for failure in outcome.failures],
            ),
        },
    )
