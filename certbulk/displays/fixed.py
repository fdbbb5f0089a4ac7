"""Repairs: what was changed, old → new, and what was left and why."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from certbulk.core.counting import counted
from certbulk.core.findings.catalogue import CODES
from certbulk.core.findings.code import Repair
from certbulk.core.findings.finding import quoted
from certbulk.displays.markup import Html, tag
from certbulk.displays.parts import note, page, table

if TYPE_CHECKING:
    from certbulk.validating.fixed import Fixed

__all__ = ["html", "text"]

MOST_CHANGES = 200
MOST_PROPOSED = 20

_HOW = {
    Repair.LIKELY: "Left, less certain: {}. Accept their codes to repair them ({}).",
    Repair.STATED: "Left, read in two ways: {}. Accept it and say which one is meant ({}).",
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
    """Return the changes as a table, and what is left."""
    sheet = fixed.before.sheet
    rows = [
        [tag("td", c.cell), tag("td", c.field), tag("td", _both(c.old, c.new)), tag("td", c.code)]
        for c in fixed.changes[:MOST_CHANGES]
    ]
    return page(
        tag("p", tag("strong", sheet.origin), f": {_size(fixed)}"),
        table(["cell", "column", "old → new", "finding"], rows) if rows else None,
        *(note(line) for line in _hidden(fixed, _MORE)),
        *(note(line) for line in _rest(fixed, _IN_PYTHON)),
    )


def text(fixed: Fixed, more: str = "") -> list[str]:
    """Return the repairs in words; `more` says where a terminal finds what is not shown."""
    return [
        f"{fixed.before.sheet.source}: {_size(fixed)}",
        *(
            f"  row {c.row}  {c.cell} {c.field}: {_both(c.old, c.new)}  ({c.code})"
            for c in fixed.changes[:MOST_CHANGES]
        ),
        *(f"  {line}" for line in _hidden(fixed, more or _MORE)),
        *_rest(fixed, _AT_A_TERMINAL if more else _IN_PYTHON),
    ]


def _size(fixed: Fixed) -> str:
    before, after = len(fixed.before.errors), len(fixed.report.errors)
    warned = len(fixed.report.warnings)
    return (
        f"{counted(len(fixed), 'repair')}, {counted(before, 'error')} before and {after:,} after, "
        f"{counted(warned, 'warning')}"
    )


def _both(old: str | None, new: str | None) -> str:
    before, after = _shown(old), _shown(new)
    if before == after and old and new:  # what is cut off is where they differ
        return f"{before} ({len(old):,} characters) → {after} ({len(new):,})"
    return f"{before} → {after}"


def _shown(value: str | None) -> str:
    return "blank" if value is None else quoted(value)


def _hidden(fixed: Fixed, more: str) -> list[str]:
    hidden = len(fixed) - MOST_CHANGES
    return [f"… and {hidden:,} more; {more}."] if hidden > 0 else []


def _proposed(fixed: Fixed) -> list[str]:
    """Return what would be repaired where the codes were accepted, the first of many."""
    likely = [f for f in fixed.left if CODES[f.code].repair is Repair.LIKELY]
    lines = [
        f"  {f.cell} {f.field or 'header'}: {_both(f.value, f.suggestion or None)}?  ({f.code})"
        for f in likely[:MOST_PROPOSED]
    ]
    more = len(likely) - len(lines)
    return [*lines, *([f"  … and {more:,} more of them"] if more else [])]


def _rest(fixed: Fixed, spelled: dict[Repair, str]) -> list[str]:
    """Return what was not repaired, and what would repair it, as it is spelled there."""
    lines = []
    codes = Counter(finding.code for finding in fixed.left)
    for repair, how in _HOW.items():
        counts = [f"{n:,} {code}" for code, n in codes.items() if CODES[code].repair is repair]
        lines += [how.format(", ".join(counts), spelled[repair])] if counts else []
        lines += _proposed(fixed) if counts and repair is Repair.LIKELY else []
    for refused in fixed.not_made[:MOST_CHANGES]:
        where = refused.finding.cell or f"row {refused.finding.row}"
        lines.append(f"Not repaired: {where} {refused.finding.code}. {refused.why}")
    return lines
