"""`clinic-outcomes explain`: how one episode got its labels."""

import argparse

from pipelines.commands.published import opened_release
from pipelines.errors import ConfigurationError
from pipelines.explanation import UnknownEpisodeError, explain
from pipelines.privacy import load_key, pseudonym
from pipelines.source_contracts import load_contracts


def execute(options: argparse.Namespace) -> int:
    """Print the explanation of the episode that the practice system knows as --episode."""
    key = pseudonym(load_key(), options.clinic, options.system, options.episode)
    with opened_release(options.data) as (data, release):
        try:
            for line in explain(release, data, load_contracts(), key):
                print(line)
        except UnknownEpisodeError:
            raise ConfigurationError(
                "--episode", "", f"the release holds no episode '{options.episode}' of {options.clinic} in {options.system}; is the key the one of the run?"
            ) from None
    return 0
