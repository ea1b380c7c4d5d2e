"""What an earlier release said of each clinic and month, so that a new one can say what reads differently now."""

import datetime
from typing import Any

import duckdb

from pipelines import code_version
from pipelines.data_folder import DataFolder
from pipelines.releases import Release, kept, private_copy

FIGURES = """
    select clinic_id, indicator_id, month, numerator, denominator, missing
    from benchmarks.clinic_months
    where span = 'month' and state in ('shown', 'too_few')
    order by clinic_id, indicator_id, month
"""


def earlier_figures(data: DataFolder, as_of: datetime.date) -> list[dict[str, Any]]:
    """The monthly counts that the newest release of an earlier day showed; none where no such release is kept.

    Releases of the same day do not count: whatever is made again from the same deliveries is compared with the same release as before.
    """
    release = _release_before(data, as_of)
    if release is None:
        return []
    manifest = release.manifest()
    about = {
        "release_id": release.id,
        "as_of": datetime.date.fromisoformat(manifest["as_of"]),
        "is_same_code": manifest["code"] == code_version.fingerprint(),
    }
    with private_copy(release, data.work) as copy, duckdb.connect(str(copy), read_only=True) as connection:
        cursor = connection.execute(FIGURES)
        names = [column[0] for column in cursor.description or ()]
        return [{**about, **dict(zip(names, row, strict=True))} for row in cursor.fetchall()]


def _release_before(data: DataFolder, as_of: datetime.date) -> Release | None:
    """Of the releases of an earlier day the newest; of several of one day the last that was made."""
    earlier = [(manifest["as_of"], manifest["number"], release) for release in kept(data) if (manifest := release.manifest())["as_of"] < as_of.isoformat()]
    whole = sorted(earlier, key=lambda entry: entry[:2], reverse=True)
    return next((release for _, _, release in whole if release.is_whole()), None)
