"""Bindings: which place is which in the other chain, and what a person has to decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certbulk.core.counting import counted
from certbulk.displays.markup import Html, tag
from certbulk.displays.parts import (
    MOST_LIVE,
    Choice,
    chips,
    long_table,
    more_lines,
    number_cell,
    page,
    text_cell,
    word_cell,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from certbulk.moving import Binding, Bindings

__all__ = ["html", "text"]

_MOST = 100


def html(bindings: Bindings) -> Html:
    """Return the table, open lines first."""
    rows = [*bindings.open, *(row for row in bindings.rows if not row.is_open)]
    more = len(rows) - _MOST
    return page(
        tag("p", tag("strong", "From one chain to the other: "), counted(len(rows), "place")),
        chips(bindings.counts),
        long_table(
            ["list", "id", "name", "where", "how", "in the other chain"],
            rows,
            lambda row: _cells(row, bindings),
            Choice(
                range(min(len(rows), _MOST)),
                range(min(len(rows), MOST_LIVE)),
                {"more places": max(0, more)},
            ),
            where="bindings.frame",
            filters="how",
        ),
        tag("p", f"Decide the open ones with bindings.choose({_to_choose(bindings)}).")
        if bindings.open
        else None,
    )


def _to_choose(bindings: Bindings) -> str:
    """Return the arguments of `choose` for the lists with open lines."""
    lists = dict.fromkeys(row.list for row in bindings.open)
    return ", ".join(f"{name}={{id: other id or None}}" for name in lists)


def text(bindings: Bindings, more: str = "bindings.frame has them all") -> list[str]:
    """Return the bindings in words, open lines first; `more` says where the rest is."""
    rows = [*bindings.open, *(row for row in bindings.rows if not row.is_open)]
    lines = [repr(bindings)]
    for row in rows[:_MOST]:
        name = f"{row.entry.name or '(no name)'} {row.entry}"
        lines.append(f"  {row.list}  {name}  →  {_other(row, bindings)}  ({row.how})")
    return [*lines, *more_lines(len(rows) - _MOST, more)]


def _other(row: Binding, bindings: Bindings) -> str:
    if row.is_open:
        found = "; ".join(f"{entry.name} {entry}" for entry in row.candidates)
        return f"one of: {found}?" if found else "?"
    if row.to is None:
        return "left out"
    entry = bindings.target.listing(row.list).entry(row.to)
    return f"{entry.name} {entry}" if entry else str(row.to)


def _cells(row: Binding, bindings: Bindings) -> Iterable[Html]:
    yield text_cell(row.list)
    yield number_cell(row.entry.id)
    yield text_cell(row.entry.name)
    yield text_cell(row.entry.detail)
    yield word_cell(row.how)
    yield text_cell(_other(row, bindings), wide=True)
