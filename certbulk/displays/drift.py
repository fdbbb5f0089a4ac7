"""Drift: what is not as it was meant, meant → live."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certbulk.auditing.drifted import KINDS
from certbulk.core.counting import counted
from certbulk.displays.changes import old_to_new
from certbulk.displays.markup import Html, tag
from certbulk.displays.parts import chips, cut, in_words, note, page, signed, table, tone_class
from certbulk.planning.plan import shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from certbulk.auditing import Drift, Drifted, NotCompared

__all__ = ["html", "text"]

MOST_LINES = 20


def html(drift: Drift) -> Html:
    """Return counts, what differs, meant → live, and the rows that could not be compared."""
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
        said = "; ".join(
            f"{name}: {shown(name, meant, drift.directory)} → {shown(name, live, drift.directory)}"
            for name, (meant, live) in one.changes.items()
        )
        rest = f"{said}  {one.remark}".strip()
        lines.append(f"  {one.kind}  {where}  id {one.id}  {one.title}  {rest}".rstrip())
    if len(drift) > MOST_LINES:
        lines.append(f"  … and {len(drift) - MOST_LINES} more; {more}.")
    if drift.not_compared:
        lines.append(f"{_title_of(drift)}:")
    lines += map(_line, drift.not_compared[:MOST_LINES])
    if len(drift.not_compared) > MOST_LINES:
        lines.append(f"  … and {len(drift.not_compared) - MOST_LINES} more; {more}.")
    if drift.left_out:
        lines.append(f"{counted(drift.left_out, 'row is', 'rows are')} marked to be skipped.")
    return lines


def _how_many(drift: Drift) -> str:
    said = f"{counted(drift.compared, 'row')} compared with what is live."
    if drift.left_out:
        said += f" {counted(drift.left_out, 'row is', 'rows are')} marked to be skipped."
    return said


def _title_of(drift: Drift) -> str:
    return f"{counted(len(drift.not_compared), 'row')} could not be compared"


def _not_compared(drift: Drift) -> Html | None:
    """Return the rows that could not be compared, and why, as a table."""
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
                    tag("td", one.row, class_="cb-number"),
                    tag("td", "" if one.id is None else one.id, class_="cb-number"),
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
    yield tag("td", "" if one.row is None else one.row, class_="cb-number")
    yield tag("td", signed(one.kind, one.kind), class_=tone_class(one.kind))
    yield tag("td", "" if one.id is None else one.id, class_="cb-number")
    yield tag("td", one.title)
    yield tag("td", old_to_new(one.changes, drift.directory), one.remark, class_="cb-wide")
