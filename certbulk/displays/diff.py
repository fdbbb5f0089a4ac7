"""Diff: the differences, old → new, and what could not be compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from certbulk.auditing.differing import DIFFERENCES
from certbulk.core.counting import counted
from certbulk.displays.changes import change_lines
from certbulk.displays.markup import Html, on_lines, tag
from certbulk.displays.parts import (
    MOST_LINES,
    chips,
    choose,
    long_table,
    more_lines,
    not_compared,
    number_cell,
    page,
    text_cell,
    word_cell,
)
from certbulk.planning.in_words import changes_in_words
from certbulk.reading.labels import label_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from certbulk.auditing import Diff
    from certbulk.auditing.differing import Difference, Doubtful

__all__ = ["html", "text"]


def html(diff: Diff) -> Html:
    """Return counts, the differences, and what could not be compared."""
    return page(
        tag("p", tag("strong", "Diff of "), f"{diff.a} and {diff.b}"),
        chips({**diff.counts, "equal": diff.equal, "not compared": len(diff.not_compared)}),
        tag("p", " ".join(_how_many(diff))),
        long_table(
            ["what", "id", "title", "row before", "row after", "old → new"],
            diff.found,
            lambda one: _cells(one, diff),
            choose([one.kind for one in diff.found], DIFFERENCES),
            where="diff.frame",
            filters="what",
        )
        if diff.found
        else tag("p", "Nothing differs."),
        _not_compared(diff),
    )


def text(diff: Diff, more: str = "diff.frame has them all") -> list[str]:
    """Return the diff in words; `more` says where the rest is."""
    lines = [repr(diff)]
    for one in diff.found[:MOST_LINES]:
        where = ", ".join(f"row {_label(row)}" for row in (one.row_a, one.row_b) if row is not None)
        changes = changes_in_words(one.changes, diff.directory)
        lines.append(
            "  ".join(filter(None, [f"  {one.kind}", _id(one), where, one.title, changes]))
        )
    lines += more_lines(len(diff) - MOST_LINES, more)
    if diff.not_compared:
        lines.append(f"{_title_of(diff)}:")
    lines += map(_line, diff.not_compared[:MOST_LINES])
    lines += more_lines(len(diff.not_compared) - MOST_LINES, more)
    return [*lines, *_one_sided(diff)]


def _how_many(diff: Diff) -> list[str]:
    return [f"{counted(diff.compared, 'type')} on both sides.", *_one_sided(diff)]


def _one_sided(diff: Diff) -> list[str]:
    """Return the fields that were not compared, in a sentence; none if all were."""
    fields = ", ".join(diff.one_sided)
    return [f"Only one side has a column for: {fields}."] if fields else []


def _title_of(diff: Diff) -> str:
    return f"{counted(len(diff.not_compared), 'type')} could not be compared"


def _id(one: Difference | Doubtful) -> str:
    return "" if one.id is None else f"id {one.id}"


def _label(row: Any) -> str:
    return "" if row is None else label_text(row)


def _line(one: Doubtful) -> str:
    side = "before" if one.side == "a" else "after"
    where = "" if one.row is None else f"row {_label(one.row)}"
    return "  ".join(filter(None, [f"  {side}", _id(one), where, one.title, one.why]))


def _cells(one: Difference, diff: Diff) -> Iterable[Html]:
    yield word_cell(one.kind)
    yield number_cell(one.id)
    yield text_cell(one.title)
    yield text_cell(_label(one.row_a))
    yield text_cell(_label(one.row_b))
    yield text_cell(on_lines(change_lines(one.changes, diff.directory)), wide=True)


def _not_compared(diff: Diff) -> Html | None:
    return not_compared(
        _title_of(diff),
        ["side", "row", "id", "title", "why"],
        diff.not_compared,
        lambda one: [
            text_cell("before" if one.side == "a" else "after"),
            text_cell(_label(one.row)),
            number_cell(one.id),
            text_cell(one.title),
            text_cell(one.why, wide=True),
        ],
        where="diff.frame",
    )
