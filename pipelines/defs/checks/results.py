"""How a check's result looks in Dagster: violated, denominator and threshold, whoever checked."""

from collections.abc import Sequence

import dagster as dg

from pipelines.check_results import CheckResult
from pipelines.defs.markdown import table


def single_result(check: CheckResult, key: dg.AssetCheckKey) -> dg.AssetCheckResult:
    """The result of one check. What could not be evaluated has not passed."""
    return dg.AssetCheckResult(
        asset_key=key.asset_key,
        check_name=key.name,
        passed=check.outcome == "passed",
        severity=_severity([check]),
        description=check.sentence,
        metadata={"outcome": check.outcome, "violated": check.violated, "denominator": check.denominator, "threshold": check.threshold},
    )


def joint_result(checks: Sequence[CheckResult], key: dg.AssetCheckKey) -> dg.AssetCheckResult:
    """One result for many tests of one table, each of them listed, those that did not pass first."""
    missed = [check for check in checks if check.outcome != "passed"]
    listed = [*missed, *(check for check in checks if check.outcome == "passed")]
    return dg.AssetCheckResult(
        asset_key=key.asset_key,
        check_name=key.name,
        passed=not missed,
        severity=_severity(missed),
        metadata={
            "violated": len(missed),
            "denominator": len(checks),
            "threshold": "no test may be violated",
            "tests": table(
                ("test", "outcome", "violated rows", "of rows", "threshold"),
                [(check.sentence, check.outcome, check.violated, check.denominator, check.threshold) for check in listed],
            ),
        },
    )


def _severity(checks: Sequence[CheckResult]) -> dg.AssetCheckSeverity:
    return dg.AssetCheckSeverity.ERROR if any(check.is_blocking for check in checks) else dg.AssetCheckSeverity.WARN
