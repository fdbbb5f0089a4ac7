"""Writing a results workbook, beside openpyxl's write-only mode with the same cells, unstyled.

python -m tests.benchmarks.results --rows 100000
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from certbulk import Run

__all__ = ["main"]


def main() -> None:
    """Measure what the command line asks for, each time in a process of its own."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.results", description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=3, help="measurements of each, for a median")
    parser.add_argument("--measure", choices=("certbulk", "openpyxl"), help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.measure:
        print(_seconds(chosen.measure, chosen.rows))
        return
    found: dict[str, list[float]] = {"openpyxl": [], "certbulk": []}
    for _ in range(chosen.times):
        for name, seconds in found.items():
            words = ["--rows", str(chosen.rows), "--measure", name]
            command = [sys.executable, "-m", "tests.benchmarks.results", *words]
            seconds.append(float(subprocess.check_output(command, text=True)))
    plain, ours = median(found["openpyxl"]), median(found["certbulk"])
    print(f"{chosen.rows:,} results rows of 29 columns:")
    print(f"openpyxl, write-only, without styles {plain:8.2f} s")
    print(f"certbulk                             {ours:8.2f} s {ours / plain:6.2f}×")


def _seconds(name: str, rows: int) -> float:
    """Return how long it takes to write a run's results, or to let openpyxl write their cells."""
    from openpyxl import Workbook

    from certbulk.applying.results_workbook import result_sheets

    with tempfile.TemporaryDirectory() as folder:
        run = _run(Path(folder), rows)
        target = Path(folder) / "results.xlsx"
        if name == "certbulk":
            began = time.perf_counter()
            run.to_excel(target)
            return time.perf_counter() - began
        sheets = result_sheets(run)
        began = time.perf_counter()
        book = Workbook(write_only=True)
        for sheet in sheets:
            page = book.create_sheet(sheet.name)
            page.append(sheet.headers)
            for row in sheet.rows:
                page.append(row)
        book.save(target)
        return time.perf_counter() - began


def _run(folder: Path, rows: int) -> Run:
    """Return a run in which every row of a workbook was created."""
    import certbulk as cb
    from certbulk.applying.outcome import now
    from tests.benchmarks.workbooks import write_workbook

    sheet = cb.read(write_workbook(folder / "types.xlsx", rows), progress=False)
    with cb.Sandbox() as client:
        plan = cb.plan(cb.validate(sheet, progress=False), client)
    outcomes = tuple(
        cb.Outcome(
            decision.row,
            cb.Status.CREATED,
            289_000 + position,
            http_status=200,
            attempts=1,
            at=now(),
        )
        for position, decision in enumerate(plan.decisions)
    )
    return cb.Run("1", plan, outcomes, "finished", "", now(), now())


if __name__ == "__main__":
    main()
