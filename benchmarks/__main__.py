"""`make bench`: measure, print the table, write it where the documentation has it."""

import argparse
import tempfile
from pathlib import Path

from benchmarks.comparison import compare
from benchmarks.page import page
from pipelines.locations import PROJECT


def main() -> None:
    """Parse the command line, measure, write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure the pipeline on an invented national year.")
    parser.add_argument("--scale", type=float, default=0.02, help="1 is the national year of 500 clinics (default: 0.02, ten clinics)")
    parser.add_argument("--folder", type=Path, help="an empty folder to work in, kept afterwards (default: a temporary one; 1 needs 25 GB)")
    parser.add_argument("--page", type=Path, default=PROJECT / "docs" / "performance.md", help="the file to write (default: docs/performance.md)")
    options = parser.parse_args()
    if options.folder and options.folder.exists() and any(options.folder.iterdir()):
        parser.error(f"{options.folder} is not empty; the year is written into a new folder")
    with tempfile.TemporaryDirectory(prefix="bench-") as temporary:
        comparison = compare(options.folder or Path(temporary), options.scale, lambda line: print(line, flush=True))
    text = page(comparison, options.scale)
    options.page.write_text(text, encoding="utf-8")
    print(f"\n{text}\nwritten to {options.page}")


if __name__ == "__main__":
    main()
