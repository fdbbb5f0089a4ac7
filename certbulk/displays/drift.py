"""Drift: what is not as it was meant, meant → live."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certbulk.auditing.drift import KINDS
from certbulk.core.counting import counted
from certbulk.displays.changes import old_to_new
from certbulk.displays.markup import Html, tag
from certbulk.displays.parts import chips, cut, in_words, note, page, signed, table, tone_class
from certbulk.planning.plan import shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from certbulk.auditing import Drift, Drifted
    from certbulk.core.directory import Directory

__all__ = ["html", "text"]

MOST_LINES = 20


def html(drift: Drift) -> Html:
    """Return counts, and what differs, meant → live."""
    rows, hidden = cut(drift.found, lambda one: one.kind, KINDS)
    return page(
        tag("p", tag("strong", "Drift of "), f"{drift.of} on chain {drift.chain_id}"),
        chips(drift.counts),
        tag("p", f"{counted(drift.compared, 'row')} compared with what is live."),
        table(
            ["row", "what", "id", "title", "meant → live"],
            ([*_cells(one, drift.directory)] for one in rows),
            stacks=True,
        )
        if rows
        else tag("p", "Nothing differs."),
        note(in_words(hidden, "drift.frame")),
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
        lines.append(f"  {one.kind}  {where}  id {one.id}  {one.title}  {said}".rstrip())
    if len(drift) > MOST_LINES:
        lines.append(f"  … and {len(drift) - MOST_LINES} more; {more}.")
    return lines


def _cells(one: Drifted, directory: Directory) -> Iterable[Html]:
    yield tag("td", "" if one.row is None else one.row, class_="cb-number")
    yield tag("td", signed(one.kind, one.kind), class_=tone_class(one.kind))
    yield tag("td", "" if one.id is None else one.id, class_="cb-number")
    yield tag("td", one.title)
    yield tag("td", old_to_new(one.changes, directory), class_="cb-wide")
