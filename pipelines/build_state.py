"""Whether the build file already holds what the present inputs and code lead to, so that nothing is built twice."""

import hashlib
import json
from dataclasses import dataclass

from pipelines import code_version
from pipelines.data_folder import DataFolder, write_text_whole
from pipelines.privacy import key_fingerprint


@dataclass(frozen=True)
class BuildState:
    """The identity of the present inputs and code, compared with that of the build file."""

    data: DataFolder
    identity: str

    @classmethod
    def of(cls, data: DataFolder, key: bytes) -> "BuildState":
        """The state for what lies in work/inputs now. Raw files are part of it by their hashes."""
        digest = hashlib.sha256(f"{code_version.fingerprint()}\0{key_fingerprint(key)}".encode())
        for path in sorted(data.inputs.glob("*.parquet")):
            digest.update(path.name.encode("utf-8") + b"\0" + path.read_bytes())
        return cls(data, digest.hexdigest())

    def is_current(self) -> bool:
        """Whether the build file was made whole from exactly this, and not touched since."""
        try:
            mark = json.loads((self.data.work / "build.json").read_text(encoding="utf-8"))
            return bool(mark == self._mark())
        except (OSError, ValueError):
            return False

    def mark_current(self) -> None:
        """To be called when everything was built and every table checked."""
        write_text_whole(self.data.work / "build.json", json.dumps(self._mark()))

    def _mark(self) -> dict[str, object]:
        status = self.data.build.stat()
        return {"identity": self.identity, "bytes": status.st_size, "modified": status.st_mtime_ns}
