"""Repairs: the changes, old → new, and what was not repaired and why."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from certbulk.core.counting import counted
from certbulk.core.findings.catalogue import CODES
from certbulk.core.findings.code import Repair
from certbulk.core.findings.finding import quoted
from certbulk.displays.markup import Html, tag
from certbulk.displays.parts import (
    MOST_LIVE,
    Choice,
    long_table,
    more_lines,
    note,
    page,
    text_cell,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from certbulk.reading import Sheet
    from certbulk.repairing.repairs import Change, Fixed

__all__ = ["html", "text"]

MOST_CHANGES = 200
MOST_PROPOSED = 20

_HOW = {
    Repair.LIKELY: "Not repaired, as less certain: {}. To repair them, accept their codes ({}).",
    Repair.STATED: "Not repaired, as ambiguous: {}. To repair them, choose a meaning ({}).",
}
_IN_PYTHON = {
    Repair.LIKELY: "fix(accept=[code])",
    Repair.STATED: "fix(accept=[code]), with dates= or decimal=",
}
_AT_A_TERMINAL = {
    Repair.LIKELY: "--accept CODE",
    Repair.STATED: "--accept, with --dates ORDER or --decimal SIGN",
}
_MORE = "fixed.frame has them all"


def html(fixed: Fixed) -> Html:
    """Return the changes as a table, and what was not repaired."""
    sheet, more = fixed.before.sheet, len(fixed) - MOST_CHANGES

    def cells(change: Change) -> Iterable[Html]:
        yield text_cell(_place(sheet, change.row, change.cell))
        yield text_cell(change.field)
        yield text_cell(_both(change.old, change.new), wide=True)
        yield text_cell(change.code)

    return page(
        tag("p", tag("strong", sheet.origin), f": {_size(fixed)}"),
        long_table(
            ["row" if sheet.labels else "cell", "column", "old → new", "finding"],
            fixed.changes,
            cells,
            Choice(
                range(min(len(fixed), MOST_CHANGES)),
                range(min(len(fixed), MOST_LIVE)),
                {"more repairs": max(0, more)},
            ),
            where="fixed.frame",
            filters="finding",
        ),
        *(note(line) for line in _rest(fixed, _IN_PYTHON)),
    )


def text(fixed: Fixed, more: str = "") -> list[str]:
    """Return the repairs in words; `more` says where the rest is, at a terminal."""
    sheet = fixed.before.sheet
    return [
        f"{sheet.source}: {_size(fixed)}",
        *(
            ("  " if sheet.labels else f"  row {c.row}  ")
            + f"{_place(sheet, c.row, c.cell)} {c.field}: {_both(c.old, c.new)}  ({c.code})"
            for c in fixed.changes[:MOST_CHANGES]
        ),
        *more_lines(len(fixed) - MOST_CHANGES, more or _MORE),
        *_rest(fixed, _AT_A_TERMINAL if more else _IN_PYTHON),
    ]


def _place(sheet: Sheet, row: int | None, cell: str | None) -> str:
    """Return what people call a cell: its address in a file, its row in a frame."""
    if sheet.labels is None:
        return cell or f"row {row}"
    return f"row {sheet.row_name(row)}" if row and row > sheet.header_row else "header"


def _size(fixed: Fixed) -> str:
    before, after = len(fixed.before.errors), len(fixed.report.errors)
    warned = len(fixed.report.warnings)
    return (
        f"{counted(len(fixed), 'repair')}, {counted(before, 'error')} before and {after:,} after, "
        f"{counted(warned, 'warning')}"
    )


def _both(old: str | None, new: str | None) -> str:
    before, after = _shown(old), _shown(new)
    if before == after and old and new:  # they differ only in what was cut off
        return f"{before} ({len(old):,} characters) → {after} ({len(new):,})"
    return f"{before} → {after}"


def _shown(value: str | None) -> str:
    return "blank" if value is None else quoted(value)


def _proposed(fixed: Fixed) -> list[str]:
    """Return the repairs that accepting the codes would make, the first of many."""
    likely = [f for f in fixed.left if CODES[f.code].repair is Repair.LIKELY]
    lines = [
        f"  {_place(fixed.before.sheet, f.row, f.cell)} {f.field or 'header'}: "
        f"{_both(f.value, f.suggestion or None)}?  ({f.code})"
        for f in likely[:MOST_PROPOSED]
    ]
    return [*lines, *more_lines(len(likely) - len(lines))]


def _rest(fixed: Fixed, spelled: dict[Repair, str]) -> list[str]:
    """Return what was not repaired, and what would repair it; `spelled` has the options."""
    lines = []
    codes = Counter(finding.code for finding in fixed.left)
    for repair, how in _HOW.items():
        counts = [f"{n:,} {code}" for code, n in codes.items() if CODES[code].repair is repair]
        lines += [how.format(", ".join(counts), spelled[repair])] if counts else []
        lines += _proposed(fixed) if counts and repair is Repair.LIKELY else []
    for refused in fixed.not_made[:MOST_CHANGES]:
        where = _place(fixed.before.sheet, refused.finding.row, refused.finding.cell)
        lines.append(f"Not repaired: {where} {refused.finding.code}. {refused.why}")
    return lines
