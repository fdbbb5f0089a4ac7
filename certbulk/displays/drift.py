"""Drift: the differences, meant → live."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certbulk.auditing.drifted import KINDS
from certbulk.core.counting import counted
from certbulk.displays.markup import Html, tag
from certbulk.displays.parts import (
    chips,
    cut,
    in_words,
    more_lines,
    note,
    number_cell,
    page,
    table,
    word_cell,
)
from certbulk.displays.plan import old_to_new
from certbulk.planning.plan import shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from certbulk.auditing import Drift, Drifted, NotCompared

__all__ = ["html", "text"]

MOST_LINES = 20


def html(drift: Drift) -> Html:
    """Return counts, the differences, and the rows that could not be compared."""
    rows, hidden = cut(drift.found, lambda one: one.kind, KINDS)
    return page(
        tag("p", tag("strong", "Drift of "), drift.where),
        chips({**drift.counts, "not compared": len(drift.not_compared)}),
        tag("p", _how_many(drift)),
        table(
            ["row", "what", "id", "title", "meant → live"],
            ([*_cells(one, drift)] for one in rows),
            stacks=True,
        )
        if rows
        else tag("p", "Nothing differs."),
        note(in_words(hidden, "drift.frame")),
        _not_compared(drift),
    )


def text(drift: Drift, more: str = "drift.frame has them all") -> list[str]:
    """Return the drift in words; `more` says where the rest is."""
    lines = [repr(drift)]
    for one in drift.found[:MOST_LINES]:
        where = f"row {one.row}" if one.row is not None else "no row"
        changes = "; ".join(
            f"{name}: {shown(name, meant, drift.directory)} → {shown(name, live, drift.directory)}"
            for name, (meant, live) in one.changes.items()
        )
        rest = f"{changes}  {one.remark}".strip()
        lines.append(f"  {one.kind}  {where}  id {one.id}  {one.title}  {rest}".rstrip())
    lines += more_lines(len(drift) - MOST_LINES, more)
    if drift.not_compared:
        lines.append(f"{_title_of(drift)}:")
    lines += map(_line, drift.not_compared[:MOST_LINES])
    lines += more_lines(len(drift.not_compared) - MOST_LINES, more)
    return [*lines, *_skipped(drift)]


def _how_many(drift: Drift) -> str:
    compared = f"{counted(drift.compared, 'row')} compared with the live types."
    return " ".join([compared, *_skipped(drift)])


def _skipped(drift: Drift) -> list[str]:
    skipped = counted(drift.left_out, "row is", "rows are")
    return [f"{skipped} marked to be skipped."] if drift.left_out else []


def _title_of(drift: Drift) -> str:
    return f"{counted(len(drift.not_compared), 'row')} could not be compared"


def _not_compared(drift: Drift) -> Html | None:
    if not drift.not_compared:
        return None
    rows = drift.not_compared[:MOST_LINES]
    more = len(drift.not_compared) - len(rows)
    return tag(
        "div",
        tag("p", tag("strong", f"{_title_of(drift)}:")),
        table(
            ["row", "id", "title", "why"],
            (
                [
                    number_cell(one.row),
                    number_cell(one.id),
                    tag("td", one.title),
                    tag("td", one.why, class_="cb-wide"),
                ]
                for one in rows
            ),
            stacks=True,
        ),
        note(f"… and {more:,} more. All rows: drift.frame" if more else None),
    )


def _line(one: NotCompared) -> str:
    number = "" if one.id is None else f"id {one.id}"
    return "  ".join(filter(None, [f"  row {one.row}", number, one.title, one.why]))


def _cells(one: Drifted, drift: Drift) -> Iterable[Html]:
    yield number_cell(one.row)
    yield word_cell(one.kind)
    yield number_cell(one.id)
    yield tag("td", one.title)
    yield tag("td", old_to_new(one.changes, drift.directory), one.remark, class_="cb-wide")
