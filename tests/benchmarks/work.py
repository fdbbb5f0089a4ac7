"""One measured piece of work, in a process of its own: `python -m tests.benchmarks.work NAME FILE`.

It prints one line of JSON: seconds of the work without the imports before it (on the clock, and on
the processor), the peak memory of the whole process in bytes, and what was counted, so that it can
be seen that the work was done.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["WORK", "peak_memory"]


def bare_parse(path: str) -> Callable[[], dict[str, int]]:
    """Parse with python-calamine to Python rows, and do nothing with them."""
    from python_calamine import CalamineWorkbook

    def work() -> dict[str, int]:
        rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
        return {"rows": len(rows) - 1}

    return work


def read_alone(path: str) -> Callable[[], dict[str, int]]:
    """Read with certbulk."""
    import pyarrow.compute as pc

    from certbulk.reading import read, workbook

    assert workbook
    assert pc

    def work() -> dict[str, int]:
        return {"rows": len(read(path, progress=False))}

    return work


def read_and_validate(path: str, *, bodies: bool = False) -> Callable[[], dict[str, int]]:
    """Read and validate; with `bodies`, make the request of every row that has one, as sent."""
    import pyarrow.compute as pc

    from certbulk.reading import read, workbook
    from certbulk.validating import validate

    assert workbook
    assert pc  # the reader would import it at its first sheet

    def work() -> dict[str, int]:
        report = validate(read(path, progress=False), progress=False)
        made = [len(json.dumps(body)) for _, body in report.payloads()] if bodies else []
        return {
            "rows": len(report),
            "payloads": len(made),
            "bytes": sum(made),
            "findings": len(report.all_findings),
        }

    return work


def pandas_and_pydantic(path: str) -> Callable[[], dict[str, int]]:
    """Read with pandas and openpyxl, and check each row with a pydantic model: the usual way."""
    import openpyxl
    import pandas as pd

    from tests.benchmarks.model import CertificateType

    assert openpyxl

    def work() -> dict[str, int]:
        frame = pd.read_excel(path, engine="openpyxl")
        bad = size = 0
        for row in frame.astype(object).where(frame.notna(), None).to_dict("records"):
            try:
                size += len(CertificateType.model_validate(row).model_dump_json())
            except ValueError:
                bad += 1
        return {"rows": len(frame), "bad": bad, "bytes": size}

    return work


def frictionless(path: str, *, rows: bool = False) -> Callable[[], dict[str, int]]:
    """Validate with frictionless against a schema of the same columns: its checks of cells."""
    from frictionless import Checklist, Resource, Schema, checks, system
    from frictionless.formats import ExcelControl

    from tests.benchmarks.schema import ROW_CHECKS, SCHEMA

    assert ExcelControl
    fields = [{"name": name, **constraints} for name, constraints in SCHEMA.items()]
    made = [checks.row_constraint(formula=formula) for formula in ROW_CHECKS if rows]

    def work() -> dict[str, int]:
        with system.use_context(trusted=True):
            report = Resource(
                path=path, schema=Schema.from_descriptor({"fields": fields})
            ).validate(Checklist(checks=made))
        return {"rows": report.tasks[0].stats["rows"] or 0, "findings": report.stats["errors"]}

    return work


WORK: Mapping[str, Callable[[str], Callable[[], dict[str, int]]]] = {
    "bare_parse": bare_parse,
    "read": read_alone,
    "validate": read_and_validate,
    "bodies": partial(read_and_validate, bodies=True),
    "pandas_pydantic": pandas_and_pydantic,
    "frictionless": frictionless,
    "frictionless_rows": partial(frictionless, rows=True),
}


def peak_memory() -> int:
    """Return the most memory that this process has had, in bytes."""
    status = Path("/proc/self/status")
    if status.exists():  # unlike ru_maxrss, without what the parent had when it started us
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) << 10
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak << 10


def main() -> None:
    """Do a piece of work and print what it took."""
    name, path = sys.argv[1:]
    work = WORK[name](path)
    began, used = time.perf_counter(), time.process_time()
    counted = work()
    seconds, processor = time.perf_counter() - began, time.process_time() - used
    took = {"seconds": seconds, "processor": processor, "memory": peak_memory()}
    print(json.dumps({**took, **counted}))


if __name__ == "__main__":
    main()
