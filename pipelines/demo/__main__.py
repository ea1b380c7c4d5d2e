"""`python -m pipelines.demo TARGET`: writes the demo network and says what it wrote."""

import argparse
from pathlib import Path

from pipelines.demo.facts import DemoFacts
from pipelines.demo.network import DEFAULT_SEED, write_network
from pipelines.demo.profiles import PROFILES

COLUMNS = ("clients", "episodes", "sessions", "scores", "goals")


def main() -> None:
    """Parse the command line, write, print."""
    parser = argparse.ArgumentParser(prog="python -m pipelines.demo", description="Write the exports of an invented network of clinics.")
    parser.add_argument("target", type=Path, help="a folder without an inbox; it gets network.yaml, inbox/ and demo_facts.json")
    parser.add_argument("--clinics", type=int, default=len(PROFILES))
    parser.add_argument("--months", type=int, default=24)
    parser.add_argument("--scale", type=float, default=1.0, help="multiplies the referrals of every clinic")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED)
    options = parser.parse_args()
    if (options.target / "inbox").exists():
        parser.error(f"{options.target / 'inbox'} exists already; the demo writes into a new folder")
    facts = write_network(options.target, clinics=options.clinics, months=options.months, scale=options.scale, seed=options.seed)
    print(_summary(facts))


def _summary(facts: DemoFacts) -> str:
    lines = [f"{'clinic':<12}{'system':<16}" + "".join(f"{column:>10}" for column in COLUMNS) + f"{'planted wrong':>15}"]
    for clinic, systems in facts.counts.items():
        for system, counts in systems.items():
            defects = sum(defect.clinic == clinic and defect.system == system for defect in facts.defects)
            lines.append(f"{clinic:<12}{system:<16}" + "".join(f"{counts.get(column, 0):>10,}" for column in COLUMNS) + f"{defects:>15}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
