"""The steps that the asset graph is grouped by beside dbt's schemas, and who answers for what they make."""

from collections.abc import Sequence

INGESTION = "ingestion"
PUBLICATION = "publication"
REPORTS = "reports"

OWNERS: Sequence[str] = ["team:benchmarks"]
