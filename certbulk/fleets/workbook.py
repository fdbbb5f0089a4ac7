"""The results workbook of a fleet: a line for each chain, then a sheet for each outcome of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from certbulk.applying import attach
from certbulk.applying.outcome import Status
from certbulk.core.counting import counted
from certbulk.core.references.reference_problems import UNKNOWN
from certbulk.workbook import LAST_ROW, TableSheet

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from certbulk.fleets.standing import Standing
    from certbulk.shared.home import Journal

__all__ = ["fleet_sheets"]

_ROW = ("chain", "row", "id", "title", "status", "code", "message", "value")
_ORDER = (
    *("not_found", "invalid", "blocked", "price"),
    *map(str, Status),
    *("gone", "archived", "changed", "new", "not_compared"),
)


def fleet_sheets(standing: Sequence[Standing], home: Path | Journal) -> list[TableSheet]:
    """Return the sheets: `chains` first, then one for each outcome that a row has.

    Sheet `not_found` has what a file names and a chain does not have. Rows of runs come from the
    journal, those of other chains from their plans and comparisons.
    """
    lines = [one.line() for one in standing]
    names = list(lines[0])
    top = TableSheet(
        "chains",
        names,
        [[line[name] for name in names] for line in lines],
        colour_by=names.index("state"),
        frozen=names.index("chain") + 1,
    )
    by_outcome: dict[str, list[list[Any]]] = {}
    for one in standing:
        for outcome, row in _rows(one, home):
            by_outcome.setdefault(outcome, []).append(row)
    found = sorted(by_outcome, key=lambda name: _ORDER.index(name) if name in _ORDER else 99)
    return [top, *(_sheet(name, by_outcome[name]) for name in found)]


def _sheet(name: str, rows: list[list[Any]]) -> TableSheet:
    """Return the sheet of an outcome; a workbook has no room for more than a million rows."""
    if len(rows) < LAST_ROW:
        return TableSheet(name, _ROW, rows, colour_by=_ROW.index("status"))
    left = len(rows) - LAST_ROW + 2
    note: list[Any] = [None] * len(_ROW)
    note[_ROW.index("message")] = f"{counted(left, 'more row')} did not fit here."
    return TableSheet(name, _ROW, [*rows[: LAST_ROW - 2], note], colour_by=_ROW.index("status"))


def _rows(one: Standing, home: Path | Journal) -> Iterator[tuple[str, list[Any]]]:
    """Return the rows of a chain, each with the name of its sheet."""
    chain, shown = one.job.chain, one.shown
    if shown is not None and shown.run:
        for row in attach(shown.run, home, progress=False).as_dict()["outcomes"]:
            yield row["status"], [chain, *(row.get(name) for name in _ROW[1:])]
        return
    for row in shown.details if shown is not None else ():
        where = "not_found" if row["code"] in UNKNOWN.values() else row["status"]
        yield where, [chain, *(row.get(name) for name in _ROW[1:])]
