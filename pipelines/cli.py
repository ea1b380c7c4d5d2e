"""The command `clinic-outcomes`: what its options are. Turns errors that people can mend into one line and an exit code."""

import argparse
import importlib
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from pipelines.errors import ConfigurationError

MISUSED = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. 0: done; 1: a check stopped publication, or a step broke; 2: wrong use or configuration."""
    options = _parser().parse_args(arguments)
    # imported only now: Dagster and dbt take seconds, which --help need not wait for
    command = importlib.import_module(f"pipelines.commands.{options.command.replace('-', '_')}")
    try:
        return int(command.execute(options))
    except ConfigurationError as error:
        print(f"clinic-outcomes: {error}", file=sys.stderr)
        return MISUSED
    except BrokenPipeError:
        # whoever read our output has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="clinic-outcomes", description="Monthly success and failure benchmarks of psychotherapy for networks of clinics.")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND", dest="command")

    run = _add(commands, "run", "read the inbox, build, check, publish and report; exit 0: published, 1: stopped by a check, 2: wrong configuration")
    _network_and_inbox(run)
    _data(run)
    run.add_argument("--month", metavar="YYYY-MM", help="the month to report (default: the newest that was over by --as-of)")
    run.add_argument("--as-of", metavar="YYYY-MM-DD", help="as if it were this day: later deliveries are left out (default: the day of the newest delivery)")
    _demo_key(run)
    run.add_argument("--engine", choices=("duckdb", "spark"), default="duckdb", help="what builds the heavy tables (default: duckdb; spark needs its extra)")
    run.add_argument("--accept-fewer-rows", action="store_true", help="publish although a table has lost half of its rows since the last release")

    _network_and_inbox(_add(commands, "check", "say what is wrong with the configuration and the inbox; leaves nothing behind"))

    doctor = _add(commands, "doctor", "say whether the installation is sound: configuration, key, disk, raw files, releases")
    _network_and_inbox(doctor)
    _data(doctor)

    pseudonym = _add(commands, "pseudonym", "print the pseudonym of an identifier of a practice system")
    _clinic_and_system(pseudonym)
    pseudonym.add_argument("--id", required=True, help="the identifier as the practice system writes it")

    forget = _add(commands, "forget", "remove a person from raw rows, releases and reports, and publish the figures without them")
    forget.add_argument("client", metavar="CLIENT", nargs="?", help="the client's identifier in the practice system; - reads it from standard input; "
                        "without it: remove again whoever was forgotten before, such as after a back-up was restored")  # fmt: skip
    forget.add_argument("--clinic", help="the clinic's id in the network file; needed with CLIENT")
    forget.add_argument("--system", help="the practice system; needed when several of the clinic's know a client by this identifier")
    _network_and_inbox(forget)
    _data(forget)
    _demo_key(forget)

    explain = _add(commands, "explain", "say how one episode got its labels, from the delivered rows to the verdict")
    _data(explain)
    _clinic_and_system(explain)
    explain.add_argument("--episode", required=True, metavar="ID", help="the episode's identifier as the practice system writes it")

    outcomes = _add(commands, "outcomes", "show change by another published method than the reported one, with what went into it")
    _data(outcomes)
    outcomes.add_argument("--method", required=True, choices=("jt", "gln", "hll", "en", "nk", "ha"), help="jt is the reported one; each run names its method")
    outcomes.add_argument("--csv", type=Path, metavar="FILE", help="write the table as CSV as well")

    ui = _add(commands, "ui", "open the Dagster UI: what arrived, what was refused and why, and every run")
    _network_and_inbox(ui)
    _data(ui)
    _demo_key(ui)
    ui.add_argument("--port", type=int, default=3000, help="where the UI listens on this machine (default: 3000)")

    reports = _add(commands, "reports", "write the reports of a month from any kept release, without a run")
    _data(reports)
    reports.add_argument("--month", metavar="YYYY-MM", help="the month (default: the newest of the release)")
    reports.add_argument("--clinic", metavar="ID", action="append", help="only this clinic; may be given several times (default: all, and the network)")
    reports.add_argument("--release", metavar="ID", help="a kept release, the name of a folder in releases/ (default: the published one)")
    reports.add_argument("--language", metavar="CODE", help="de or en, only with --to (default: the network's)")
    reports.add_argument("--to", type=Path, metavar="DIR", help="write to this folder instead of the published reports")

    split = _add(commands, "split", "write for each clinic a file and a report with its own rows only, and one file of suppressed figures for the network")
    _data(split)
    split.add_argument("--to", required=True, type=Path, metavar="DIR", help="the folder to write a folder for each clinic, and `network`, to")
    split.add_argument("--month", metavar="YYYY-MM", help="the month of the reports (default: the newest of the release)")
    split.add_argument("--file-mode", type=_file_mode, default=0o640, metavar="MODE", help="permissions of the files, such as 640 (the default) or 600")

    source = _add(commands, "new-source", "write the files of a new practice system, from the header of a sample file")
    source.add_argument("--system", required=True, type=_system_name, metavar="NAME", help="lower-case letters, digits and _; the name of its inbox folders")
    source.add_argument("--sample", required=True, type=Path, metavar="FILE", help="an appointments export; only its header is read")
    source.add_argument("--session-id", required=True, metavar="COLUMN", help="the column of the appointment's key")
    source.add_argument("--client-id", required=True, metavar="COLUMN", help="the column of the client's key")
    source.add_argument("--starts-at", required=True, metavar="COLUMN", help="the column of the appointment's day and time")
    source.add_argument("--attendance", metavar="COLUMN", help="the column that says whether the client came")
    source.add_argument("--dates", choices=("iso", "dmy", "mdy"), default="iso", help="the order of year, month and day (default: iso)")
    source.add_argument("--title", type=_plain, help="its name for people (default: NAME)")
    source.add_argument("--country", default="any", type=_plain, help="where it is used (default: any)")

    query = _add(commands, "query", "ask the published release questions in SQL")
    _data(query)
    query.add_argument("sql", metavar="SQL", nargs="?", help="a query on core, benchmarks, ops and reference; without it: a prompt, or standard input")

    export = _add(commands, "export", "write the figures that may leave the network as CSV files and an XLSX workbook")
    _data(export)
    export.add_argument("--to", required=True, type=Path, metavar="DIR", help="the folder to write them to")
    return parser


def _add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, purpose: str) -> argparse.ArgumentParser:
    return commands.add_parser(name, help=purpose, description=purpose, allow_abbrev=False)


def _system_name(text: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", text):
        raise argparse.ArgumentTypeError(f"'{text}' must be lower-case letters, digits and _, a letter first")
    return text


def _file_mode(text: str) -> int:
    if not re.fullmatch(r"0?[46][046][046]", text):
        raise argparse.ArgumentTypeError(f"'{text}' must be three digits of 0, 4 and 6, such as 640: what the owner, the group and others may do")
    return int(text, 8)


def _plain(text: str) -> str:
    if not re.fullmatch(r"\w[\w ,.&'()/-]{0,60}", text):
        raise argparse.ArgumentTypeError(f"'{text}' must be words of at most 60 characters")
    return text


def _network_and_inbox(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--network", required=True, type=Path, metavar="FILE", help="the network file, network.yaml")
    parser.add_argument("--inbox", required=True, type=Path, metavar="DIR", help="the folder with the clinics' exports")


def _data(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", required=True, type=Path, metavar="DIR", help="the folder that holds raw rows, releases and reports")


def _demo_key(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--demo-key", action="store_true", help="when the environment has no pseudonym key, make one in the data folder")


def _clinic_and_system(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--clinic", required=True, help="the clinic's id in the network file")
    parser.add_argument("--system", required=True, help="the practice system, such as canonical")
