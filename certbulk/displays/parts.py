"""The parts of displays: counts, tables, cells, and lines about what was cut.

A display says the same without its style sheet and script, which GitHub, e-mail programs and
notebooks without trust take away: what counts is in words, inside elements that they leave, and
words are separated by text. Colours and alignment are inline styles, which most of them keep.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from certbulk.displays.live_table import live
from certbulk.displays.markup import Html, on_lines, tag
from certbulk.displays.style import CHIP, SHEET, SIGNS, TONES, tone_style

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from certbulk.reading import Sheet

__all__ = [
    "ALL_UP_TO",
    "MOST_LINES",
    "MOST_LIVE",
    "NO_BREAK",
    "Choice",
    "RowNames",
    "chip",
    "chips",
    "choose",
    "cut",
    "head_cell",
    "in_words",
    "long_table",
    "more_lines",
    "not_compared",
    "note",
    "number_cell",
    "page",
    "signed",
    "table",
    "text_cell",
    "tone_class",
    "word_cell",
]

ALL_UP_TO = 25
"""The number of rows up to which all are shown."""

MOST_LINES = 20
"""The number of rows in plain text, and of short tables, that are shown."""

EACH = 10
"""The number of rows of each kind that are shown of more than that."""

MOST_LIVE = 5_000
"""The number of rows that can be sorted and searched where scripts run."""

NO_BREAK = "\N{NO-BREAK SPACE}"
"""The space between a sign and its word."""

_BLANK = re.compile(r"<td[^>]*></td>")
_LEFT, _RIGHT = "text-align:left", "text-align:right"  # JupyterLab aligns all to the right

Row = TypeVar("Row")


def page(*parts: object) -> Html:
    """Return a display with its style and these parts; None is left out."""
    return tag("div", on_lines([SHEET, *parts]), class_="certbulk")


def chips(counts: Mapping[str, int], before: str | None = None) -> Html | None:
    """Return counts as coloured words, after those `before`; zeros are left out.

    None is returned if all are zero.
    """
    shown = [chip(name, f"{number:,} {name}") for name, number in counts.items() if number]
    separated = [part for one in shown for part in (" · ", one)][1:]
    return tag("p", before, separated, class_="cb-chips") if shown else None


def chip(word: str, text: str) -> Html:
    """Return a text with the colour and the sign of a word."""
    style = f"{tone_style(word)}{CHIP}"
    return tag("span", signed(word, text), class_=f"cb-chip {tone_class(word)}", style=style)


def tone_class(word: str) -> str:
    """Return the CSS class for the colour of a word."""
    return f"cb-{TONES.get(word, 'none')}"


def signed(word: str, text: str) -> str:
    """Return a text with the sign that means the same as the colour of `word`.

    A line never ends between them, also where styles are taken away.
    """
    sign = SIGNS.get(TONES.get(word, ""), "")
    return f"{sign}{NO_BREAK}{text}" if sign else text


def table(heads: Sequence[object], rows: Iterable[Sequence[Html]], *, stacks: bool = False) -> Html:
    """Return a table that scrolls within the display; the caller makes its cells.

    If it `stacks`, a row becomes a paragraph on narrow screens, and blank columns are left out.
    """
    cells = [list(row) for row in rows]
    kept = _kept(cells) if stacks and cells else range(len(heads))
    return _table(heads, cells, kept, stacks=stacks)


def _table(
    heads: Sequence[object], cells: Iterable[Sequence[Html]], kept: Iterable[int], *, stacks: bool
) -> Html:
    kept = list(kept)
    shown = [heads[at] for at in kept]
    head = tag("tr", on_lines(h if isinstance(h, Html) else head_cell(h) for h in shown))
    body = tag("tbody", [_line(row, kept) for row in cells])
    return tag(
        "div",
        tag(
            "table",
            tag("thead", head),
            body,
            class_="cb cb-stack" if stacks else "cb",
            style="border-collapse:collapse",
        ),
        class_="cb-scroll",
        style="overflow-x:auto",
    )


def head_cell(*words: object, title: str | None = None) -> Html:
    """Return a header cell."""
    return tag("th", *words, scope="col", title=title, style=_LEFT)


def _line(row: Sequence[Html], kept: Iterable[int]) -> Html:
    return tag("tr", on_lines(row[at] for at in kept))


def _kept(cells: Iterable[Sequence[Html]]) -> list[int]:
    """Return the columns that are not blank in all rows."""
    columns = enumerate(zip(*cells, strict=True))
    return [at for at, column in columns if not all(map(_BLANK.fullmatch, column))]


class Choice(NamedTuple):
    """The rows of a table, as positions.

    Attributes:
        shown: Those in the table.
        live: Those that the script has at hand, where scripts run; at most 5,000.
        hidden: The number of all others than those shown, in words.
    """

    shown: Sequence[int]
    live: Sequence[int]
    hidden: Mapping[str, int]


def choose(kinds: Sequence[str], order: Sequence[str]) -> Choice:
    """Choose from rows of these kinds: few rows are all shown; of many, the first of each kind.

    Args:
        kinds: The kind of each row.
        order: The kinds to show, the most important first.
    """
    shown, hidden = cut(range(len(kinds)), kinds.__getitem__, order)
    if len(kinds) <= MOST_LIVE:
        return Choice(shown, range(len(kinds)), hidden)
    rank = {name: number for number, name in enumerate(order)}
    by_rank = sorted(range(len(kinds)), key=lambda at: rank.get(kinds[at], len(rank)))
    ranked = dict.fromkeys([*shown, *by_rank])
    return Choice(shown, sorted(islice(ranked, MOST_LIVE)), hidden)


def long_table(
    heads: Sequence[object],
    rows: Sequence[Row],
    cells: Callable[[Row], Iterable[Html]],
    choice: Choice,
    *,
    where: str,
    filters: str = "",
    stacks: bool = True,
) -> Html | None:
    """Return a table of rows, and a line about those that are not shown; None without rows.

    Args:
        heads: The headers.
        rows: The rows.
        cells: Returns the cells of a row.
        choice: Which rows to show.
        where: The Python expression that has all rows.
        filters: The header of the column whose words can be chosen from.
        stacks: Whether a row becomes a paragraph on narrow screens, without blank columns.
    """
    if not choice.shown:
        return None
    made = {at: list(cells(rows[at])) for at in choice.live}
    kept = _kept(made.values()) if stacks else list(range(len(heads)))
    names = [heads[at] for at in kept]
    all_here = len(choice.live) == len(choice.shown)
    return live(
        _table(heads, [made[at] for at in choice.shown], kept, stacks=stacks),
        note(in_words(choice.hidden, where)),
        [] if all_here else [_line(made[at], kept) for at in choice.live],
        shown=len(choice.shown),
        left=len(rows) - len(choice.live),
        where=where,
        filtered=names.index(filters) if filters in names else None,
    )


def not_compared(
    title: str,
    heads: Sequence[object],
    rows: Sequence[Row],
    cells: Callable[[Row], Iterable[Html]],
    *,
    where: str,
) -> Html | None:
    """Return a table of what could not be compared, and why; None without rows.

    Args:
        title: What the rows are, in words.
        heads: The headers.
        rows: The rows, of which the first ones are shown.
        cells: Returns the cells of a row.
        where: The Python expression that has all rows.
    """
    if not rows:
        return None
    shown, more = rows[:MOST_LINES], len(rows) - MOST_LINES
    return tag(
        "div",
        tag("p", tag("strong", f"{title}:")),
        table(heads, [list(cells(one)) for one in shown], stacks=True),
        note(f"… and {more:,} more. All of them: {where}" if more > 0 else None),
    )


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


def text_cell(*words: object, wide: bool = False) -> Html:
    """Return a cell for words; a wide one is for sentences."""
    return tag("td", *words, class_="cb-wide" if wide else None, style=_LEFT)


def number_cell(number: object) -> Html:
    """Return a cell for a number; blank for None."""
    return tag("td", "" if number is None else number, class_="cb-number", style=_RIGHT)


def word_cell(word: str, text: str = "", *, title: str | None = None, number: bool = False) -> Html:
    """Return a cell for a word, or another text, with the sign and the colour of the word."""
    shown = signed(word, text or word)
    style = f"{tone_style(word)}{_RIGHT if number else _LEFT}"
    classes = f"{tone_class(word)} cb-number" if number else tone_class(word)
    return tag("td", shown, class_=classes, title=title, style=style)


class RowNames:
    """The first column of a table of rows.

    Args:
        sheet: The sheet with the rows.
    """

    def __init__(self, sheet: Sheet) -> None:
        self.heads = ["row"]
        self.has_letters = not sheet.labels  # a frame has no columns A, B, C
        self._sheet = sheet

    def cells(self, row: int) -> list[Html]:
        """Return the cell for the row with this number."""
        sheet = self._sheet
        return [text_cell(sheet.row_name(row)) if sheet.labels else number_cell(row)]
