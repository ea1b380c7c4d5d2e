"""Which pseudonym key the steps of a run use: the environment's, or one of the demo's own."""

import os

from pipelines.data_folder import DataFolder
from pipelines.privacy import KEY_FILE_VARIABLE, KEY_VARIABLE, load_key


def provide_key(data: DataFolder, demo_key: bool) -> None:
    """Make sure that there is a key, and that every step finds it in the environment; ConfigurationError when there is none."""
    if os.environ.get(KEY_VARIABLE) or os.environ.get(KEY_FILE_VARIABLE) or not demo_key:
        load_key()
        return
    file = data.root / "demo.key"
    load_key(demo_key_file=file)
    os.environ[KEY_FILE_VARIABLE] = str(file)
