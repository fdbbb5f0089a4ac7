"""The parts that displays are put together from: counts, tables, what was cut and how much."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, TypeVar

from certbulk.displays.markup import Html, tag
from certbulk.displays.style import SIGNS, STYLE, TONES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

__all__ = [
    "chips",
    "cut",
    "in_words",
    "note",
    "page",
    "signed",
    "table",
    "tone_class",
]

ALL_UP_TO = 25
"""So many rows are shown whole."""

EACH = 10
"""Of more than that, so many of each kind."""

_BLANK = re.compile(r"<td[^>]*></td>")

Row = TypeVar("Row")


def page(*parts: object) -> Html:
    """Return a display with its style, made of parts; None among them is left out."""
    style = Html(f"<style>{STYLE}</style>")  # no text from outside gets in here
    return tag("div", style, *parts, class_="certbulk")


def chips(counts: Mapping[str, int]) -> Html:
    """Return counts as coloured words, those that are 0 left out."""
    shown = [(name, number) for name, number in counts.items() if number]
    return tag(
        "p",
        [
            tag("span", signed(name, f"{number:,} {name}"), class_=f"cb-chip {tone_class(name)}")
            for name, number in shown
        ],
        class_="cb-chips",
    )


def tone_class(word: str) -> str:
    """Return the class that colours what is said with a word."""
    return f"cb-{TONES.get(word, 'none')}"


def signed(word: str, text: str) -> str:
    """Return a text behind the sign that says the same as the word's colour."""
    sign = SIGNS.get(TONES.get(word, ""), "")
    return f"{sign} {text}" if sign else text


def table(heads: Sequence[object], rows: Iterable[Sequence[Html]], *, stacks: bool = False) -> Html:
    """Return a table that scrolls in itself; its cells are made by the caller.

    One that `stacks` shows a row as a paragraph where there is no room for columns; its columns
    without anything in them are left out.
    """
    cells = [list(row) for row in rows]
    if stacks and cells:
        kept = [n for n, column in enumerate(zip(*cells, strict=True)) if not _all_blank(column)]
        heads, cells = [heads[n] for n in kept], [[row[n] for n in kept] for row in cells]
    head = tag("tr", [h if isinstance(h, Html) else tag("th", h, scope="col") for h in heads])
    body = tag("tbody", [tag("tr", row) for row in cells])
    return tag(
        "div",
        tag("table", tag("thead", head), body, class_="cb cb-stack" if stacks else "cb"),
        class_="cb-scroll",
    )


def _all_blank(column: Iterable[Html]) -> bool:
    return all(_BLANK.fullmatch(cell) for cell in column)


def cut(
    rows: Sequence[Row], kind: Callable[[Row], str], order: Sequence[str]
) -> tuple[list[Row], Counter[str]]:
    """Return the rows to show, in their order, and how many of each kind are not shown.

    Few rows are shown whole. Of many, the first of each kind named in `order`.
    """
    if len(rows) <= ALL_UP_TO:
        return list(rows), Counter()
    shown, hidden = [], Counter[str]()
    room = dict.fromkeys(order, EACH)
    for row in rows:
        name = kind(row)
        if room.get(name, 0):
            room[name] -= 1
            shown.append(row)
        else:
            hidden[name] += 1
    return shown, hidden


def in_words(hidden: Mapping[str, int], where: str) -> str | None:
    """Return how many rows are not shown, and where they are; None where all are."""
    if not sum(hidden.values()):
        return None
    named = ", ".join(f"{number:,} {name}" for name, number in hidden.items() if number)
    return f"Not shown: {named}. All rows: {where}"


def note(words: str | None) -> Html | None:
    """Return words that are not the main thing; None for none."""
    return tag("p", words, class_="cb-muted") if words else None
