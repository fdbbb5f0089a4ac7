"""Reading and validating large workbooks, beside a bare parse and the usual ways.

    python -m tests.benchmarks.sheets --rows 100000 1048575

Each measurement has a process of its own; medians are printed. The time is that of the work, after
the imports, on the clock and on the processor (the second bears a busy machine better); the memory
is the peak of the whole process.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import NamedTuple

from tests.benchmarks.workbooks import write_workbook

__all__ = ["main"]

_MOST_OF_SLOW_WAYS = 100_000  # rows: they take minutes already


class _Measured(NamedTuple):
    """What a piece of work took: seconds on the clock and on the processor, and bytes."""

    seconds: float
    processor: float
    memory: float


class _Way(NamedTuple):
    """One line of the table: what is done, to which workbook, compared with what."""

    work: str
    says: str
    faulty: bool = False
    slow: bool = False


_WAYS = (
    _Way("bare_parse", "bare parse: python-calamine to_python"),
    _Way("read", "certbulk: read"),
    _Way("validate", "certbulk: read, validate"),
    _Way("validate", "the same, 5% of the rows faulty", faulty=True),
    _Way("bodies", "certbulk: read, validate, request body of every row, as JSON"),
    _Way("pandas_pydantic", "pandas.read_excel with openpyxl, pydantic model per row", slow=True),
    _Way("frictionless", "frictionless, its checks of cells", slow=True),
    _Way("frictionless_rows", "frictionless, and the same rules across columns", slow=True),
)


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.sheets", description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[100_000])
    parser.add_argument("--times", type=int, default=3, help="measurements of each, for a median")
    parser.add_argument("--only", nargs="*", help="some of: " + ", ".join(w.work for w in _WAYS))
    parser.add_argument(
        "--frictionless-python", default=sys.executable, help="a Python that has frictionless"
    )
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for rows in chosen.rows:
            _compare(Path(folder), rows, chosen)


def _compare(folder: Path, rows: int, chosen: argparse.Namespace) -> None:
    files = {
        faulty: write_workbook(folder / f"{rows}-{faulty}.xlsx", rows, faulty=faulty)
        for faulty in (False, True)
    }
    print(f"\n{rows:,} rows of 18 columns, {files[False].stat().st_size / 1e6:.0f} MB:")
    print(f"{'':58}{'seconds':>9}{'rows/s':>10}{'MB':>7}{'time':>8}{'CPU':>8}{'memory':>8}")
    ways = [way for way in _WAYS if not (way.slow and rows > _MOST_OF_SLOW_WAYS)]
    found: dict[_Way, list[_Measured]] = {way: [] for way in ways}
    for _ in range(chosen.times):  # in turn, so that what else the machine does strikes all alike
        for way in ways:
            if chosen.only and way.work not in chosen.only:
                continue
            measured = _measure(way.work, files[way.faulty], rows, chosen.frictionless_python)
            found[way] += [measured] if measured else []
    bare = _median(found[ways[0]]) if found[ways[0]] else None
    for way in ways:
        if found[way]:
            _print(way.says, _median(found[way]), rows, bare)
    for file in files.values():
        file.unlink()


def _measure(work: str, file: Path, rows: int, frictionless: str) -> _Measured | None:
    python = sys.executable
    if work.startswith("frictionless"):
        python = frictionless
        if python == sys.executable and find_spec("frictionless") is None:
            print("frictionless is not here: pip install '.[benchmarks]'", file=sys.stderr)
            return None
    done = subprocess.run(
        [python, "-m", "tests.benchmarks.work", work, str(file)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(done.stderr)
    found = json.loads(done.stdout)
    if found["rows"] != rows:
        sys.exit(f"{work} saw {found['rows']} rows of {rows}.")
    return _Measured(found["seconds"], found["processor"], found["memory"])


def _median(measured: list[_Measured]) -> _Measured:
    return _Measured(*map(median, zip(*measured, strict=True)))


def _print(says: str, measured: _Measured, rows: int, bare: _Measured | None) -> None:
    ratios = ""
    if bare:
        ratios = "".join(f"{it / of:>7.2f}×" for it, of in zip(measured, bare, strict=True))
    rate = f"{rows / measured.seconds:>10,.0f}"
    print(f"{says:58}{measured.seconds:>9.2f}{rate}{measured.memory / 1e6:>7.0f}{ratios}")


if __name__ == "__main__":
    main()
