"""The inbox as an asset: a look at what has arrived, which an analyst can take at any time."""

import dagster as dg

from pipelines.defs.groups import INGESTION, OWNERS
from pipelines.defs.markdown import table
from pipelines.defs.workplace import Workplace
from pipelines.inbox import scan
from pipelines.source_contracts import load_contracts


@dg.asset(group_name=INGESTION, owners=OWNERS, kinds={"file"})
def inbox(workplace: Workplace) -> dg.MaterializeResult[None]:
    """The exports as they arrived: a folder for each clinic, practice system and delivery. Read, never written."""
    files = scan(workplace.locations.inbox, workplace.network(), load_contracts())
    deliveries = {(file.clinic_id, file.source_system, file.delivery) for file in files if file.delivered_on}
    strays = [file for file in files if file.problem]
    return dg.MaterializeResult(
        metadata={
            "folder": dg.MetadataValue.path(workplace.locations.inbox),
            "clinics": len({clinic_id for clinic_id, _, _ in deliveries}),
            "deliveries": len(deliveries),
            "files": len(files),
            "newest_delivery": str(max((file.delivered_on for file in files if file.delivered_on), default="none yet")),
            "not_recognised": table(
                ("clinic", "system", "delivery", "name", "why"),
                [(stray.clinic_id, stray.source_system, stray.delivery, stray.file, stray.problem) for stray in strays],
            ),
        }
    )
