"""The parts of displays: counts, tables, cells, and lines about what was cut."""

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
    "more_lines",
    "note",
    "number_cell",
    "page",
    "signed",
    "table",
    "tone_class",
    "word_cell",
]

ALL_UP_TO = 25
"""The number of rows up to which all are shown."""

EACH = 10
"""The number of rows of each kind that are shown of more than that."""

_BLANK = re.compile(r"<td[^>]*></td>")

Row = TypeVar("Row")


def page(*parts: object) -> Html:
    """Return a display with its style and these parts; None is left out."""
    style = Html(f"<style>{STYLE}</style>")  # contains no text from outside
    return tag("div", style, *parts, class_="certbulk")


def chips(counts: Mapping[str, int]) -> Html:
    """Return counts as coloured words; zeros are left out."""
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
    """Return the CSS class for the colour of a word."""
    return f"cb-{TONES.get(word, 'none')}"


def signed(word: str, text: str) -> str:
    """Return a text with the sign that means the same as the colour of `word`."""
    sign = SIGNS.get(TONES.get(word, ""), "")
    return f"{sign} {text}" if sign else text


def table(heads: Sequence[object], rows: Iterable[Sequence[Html]], *, stacks: bool = False) -> Html:
    """Return a table that scrolls within the display; the caller makes its cells.

    If it `stacks`, a row becomes a paragraph on narrow screens, and blank columns are left out.
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
    """Return the rows to show, in their order, and the number of hidden rows of each kind.

    Few rows are all shown. Of many, the first ones of each kind in `order` are.
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
    """Return a line about the rows that are not shown, and where to find them; None without any."""
    if not sum(hidden.values()):
        return None
    named = ", ".join(f"{number:,} {name}" for name, number in hidden.items() if number)
    return f"Not shown: {named}. All rows: {where}"


def note(words: str | None) -> Html | None:
    """Return a remark in muted text; None without words."""
    return tag("p", words, class_="cb-muted") if words else None


def more_lines(hidden: int, more: str = "") -> list[str]:
    """Return the line, in plain text, for hidden lines; `more` says where they are."""
    return [f"  … and {hidden:,} more{f'; {more}.' if more else ''}"] if hidden > 0 else []


def number_cell(number: object) -> Html:
    """Return a cell for a number; blank for None."""
    return tag("td", "" if number is None else number, class_="cb-number")


def word_cell(word: str) -> Html:
    """Return a cell for a word, with its sign and its colour."""
    return tag("td", signed(word, word), class_=tone_class(word))
