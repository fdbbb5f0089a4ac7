"""Drift: the differences, meant → live."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certbulk.auditing.drifted import KINDS
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

if TYPE_CHECKING:
    from collections.abc import Iterable

    from certbulk.auditing import Drift, Drifted, NotCompared

__all__ = ["html", "text"]


def html(drift: Drift) -> Html:
    """Return counts, the differences, and the rows that could not be compared."""
    return page(
        tag("p", tag("strong", "Drift of "), drift.where),
        chips({**drift.counts, "not compared": len(drift.not_compared)}),
        tag("p", _how_many(drift)),
        long_table(
            ["row", "what", "id", "title", "meant → live"],
            drift.found,
            lambda one: _cells(one, drift),
            choose([one.kind for one in drift.found], KINDS),
            where="drift.frame",
            filters="what",
        )
        or tag("p", "Nothing differs."),
        _not_compared(drift),
    )


def text(drift: Drift, more: str = "drift.frame has them all") -> list[str]:
    """Return the drift in words; `more` says where the rest is."""
    lines = [repr(drift)]
    for one in drift.found[:MOST_LINES]:
        where = f"row {drift.row_name(one.row)}" if one.row is not None else "no row"
        changes = changes_in_words(one.changes, drift.directory)
        rest = f"{changes}  {one.remark}".strip()
        lines.append(f"  {one.kind}  {where}  id {one.id}  {one.title}  {rest}".rstrip())
    lines += more_lines(len(drift) - MOST_LINES, more)
    if drift.not_compared:
        lines.append(f"{_title_of(drift)}:")
    lines += [_line(one, drift) for one in drift.not_compared[:MOST_LINES]]
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
    return not_compared(
        _title_of(drift),
        ["row", "id", "title", "why"],
        drift.not_compared,
        lambda one: [
            _row_cell(one, drift),
            number_cell(one.id),
            text_cell(one.title),
            text_cell(one.why, wide=True),
        ],
        where="drift.frame",
    )


def _line(one: NotCompared, drift: Drift) -> str:
    number = "" if one.id is None else f"id {one.id}"
    return "  ".join(filter(None, [f"  row {drift.row_name(one.row)}", number, one.title, one.why]))


def _row_cell(one: Drifted | NotCompared, drift: Drift) -> Html:
    return text_cell(drift.row_name(one.row)) if drift.labels else number_cell(one.row)


def _cells(one: Drifted, drift: Drift) -> Iterable[Html]:
    yield _row_cell(one, drift)
    yield word_cell(one.kind)
    yield number_cell(one.id)
    yield text_cell(one.title)
    yield text_cell(on_lines([*change_lines(one.changes, drift.directory), one.remark]), wide=True)
