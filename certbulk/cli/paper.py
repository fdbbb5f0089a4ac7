"""Lines on a terminal: signs with colour, columns that are aligned, a pager for many lines.

A line is made of pieces: a style and a text. On a terminal, lines are wrapped to its width, each
further one indented. In a pipe, in a file and with --wide, each entry is one line of its own,
without colour. What is in a text from outside can neither move the cursor nor colour anything:
every text is cleaned before it is put on paper.
"""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple

from certbulk.cli.isolates import are_isolated, begun_again, goes_on, isolated
from certbulk.cli.pager import pager_at_hand, turn
from certbulk.cli.terminal import Painted
from certbulk.core.cleaning import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.console import Console
    from rich.text import Text

__all__ = ["Entry", "Line", "Paper", "put"]

Line = list[tuple[str, str]]
"""Pieces of a line: the name of a style, blank for none, and a text."""

_STYLES = {
    "+": "green",
    "~": "yellow",
    "-": "magenta",
    "!": "bold red",
    "=": "dim",
    "?": "bold magenta",
    "title": "bold",
    "label": "cyan",
    "quiet": "dim",
}
_HANGING = "  "
_NARROWEST = 40
_MOST_TITLE = 40  # cells to which titles are aligned on one line
_LONGEST = 400  # characters of a text on a terminal; --wide and pipes have it whole
_WHOLE = 1_000_000
_BETWEEN = " | "


class Entry(NamedTuple):
    """A row: its sign and number, what it is called, and lines about it.

    Attributes:
        sign: One of `+ ~ - ! = ?`, or a blank.
        where: What it is, such as `row 12`.
        title: Its title, and its id if it has one.
        lines: What there is to say of it. Each is one line, wrapped if it is too long.
    """

    sign: str
    where: str
    title: Line
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Paper:
    """What is printed on: how wide it is, and whether it has colour.

    Attributes:
        width: The width in cells; None for lines that are not wrapped.
        colour: Whether signs and titles have colour.
        height: The number of lines of the screen; None if nobody turns pages.
        isolates: Whether texts that run from right to left are kept from turning their line.
    """

    width: int | None = None
    colour: bool = False
    height: int | None = None
    isolates: bool = False
    _console: list[Console] = field(default_factory=list, compare=False, repr=False)

    @classmethod
    def at_hand(cls, *, wide: bool = False, pages: bool = False) -> Paper:
        """Return the paper that stdout is: the terminal, or a file or pipe of any width.

        Args:
            wide: Whether lines are not to be wrapped.
            pages: Whether somebody is there to turn pages.
        """
        if not sys.stdout.isatty():
            return cls()
        dumb = os.environ.get("TERM", "").lower() in {"dumb", "unknown"}
        size = shutil.get_terminal_size()
        watched = pages and not dumb and sys.stdin.isatty()
        return cls(
            None if wide else max(size.columns, _NARROWEST),
            not dumb and not os.environ.get("NO_COLOR"),
            size.lines if watched else None,
            are_isolated(),
        )

    def entries(self, found: Iterable[Entry], room: int = 0) -> Iterator[str]:
        """Yield the lines of rows; their signs, numbers and titles are aligned.

        Args:
            found: The rows.
            room: The room for `where`, if it is not that of these rows alone.
        """
        rows = [*found]
        number = max(room, *(len(entry.where) for entry in rows), 0)
        if self.width is None:
            yield from self._one_by_one(rows, number)
            return
        for entry in rows:
            indent = " " * (number + 4)
            where = f" {entry.where:<{number}}  "
            head: Line = [(entry.sign, entry.sign or " "), ("", where), *entry.title]
            yield from self._wrapped(head, "", indent)
            for line in entry.lines:
                yield from self._wrapped(line, indent, indent + _HANGING)

    def _one_by_one(self, rows: list[Entry], number: int) -> Iterator[str]:
        from rich.cells import cell_len  # noqa: PLC0415 (only those who print rows wait for it)

        widths = [cell_len(_text(entry.title)) for entry in rows]
        room = min(max(widths, default=0), _MOST_TITLE)
        for entry, width in zip(rows, widths, strict=True):
            line: Line = [(entry.sign, entry.sign or " "), ("", f" {entry.where:<{number}}  ")]
            line += entry.title
            if entry.lines:
                line.append(("", " " * (max(room - width, 0) + 2)))
            for position, part in enumerate(entry.lines):
                line += [("", _BETWEEN if position else ""), *part]
            yield self._painted(line)

    def line(self, line: Line | str, indent: str = "") -> Iterator[str]:
        """Yield a text, wrapped to the width; its further lines are indented."""
        pieces: Line = [("", line)] if isinstance(line, str) else line
        if self.width is None:
            yield self._painted([("", indent), *pieces])
            return
        yield from self._wrapped(pieces, indent, indent + _HANGING)

    def _wrapped(self, pieces: Line, first: str, then: str) -> Iterator[str]:
        """Yield lines no wider than the paper; all but the first begin with `then`."""
        width = (self.width or _NARROWEST) - 1  # the last cell makes some terminals wrap
        room = max(width - len(then), _NARROWEST // 2)
        text, is_open = self._as_rich(pieces, _LONGEST), False
        for number, whole in enumerate(text.wrap(self._rich, room, overflow="fold")):
            whole.rstrip()
            line = begun_again(whole) if is_open else whole
            is_open = goes_on(line)
            yield self._coloured(line, then if number else first)

    def _painted(self, pieces: Line) -> str:
        """Return a whole line, however long it is."""
        if not (self.colour or self.isolates):
            return _text(pieces).rstrip()
        return self._coloured(self._as_rich(pieces, _WHOLE), "")

    def _as_rich(self, pieces: Line, longest: int) -> Text:
        from rich.text import Text  # noqa: PLC0415

        put = isolated if self.isolates else str
        cleaned = ((put(_clean(text, longest)), _STYLES.get(style, "")) for style, text in pieces)
        return Text.assemble(*cleaned)

    def _coloured(self, text: Text, indent: str) -> str:
        if not self.colour:
            return f"{indent}{text.plain}".rstrip()
        with self._rich.capture() as captured:
            self._rich.print(text, end="", soft_wrap=True)
        return indent + captured.get()

    @property
    def _rich(self) -> Console:
        """The console that knows how to colour and wrap; it prints nothing itself."""
        if not self._console:
            from rich.console import Console  # noqa: PLC0415

            made = Console(
                width=self.width or _WHOLE,
                force_terminal=self.colour,
                color_system="standard" if self.colour else None,
                legacy_windows=False,
                highlight=False,
                markup=False,
                emoji=False,
            )
            self._console.append(made)
        return self._console[0]


def _clean(text: str, longest: int = _WHOLE) -> str:
    """Return a text without control characters, with the blanks at its end."""
    bare = text.rstrip(" ")
    return clean(bare, longest) + " " * (len(text) - len(bare))


def _text(pieces: Line) -> str:
    return "".join(_clean(text) for _, text in pieces)


def put(lines: Iterable[str], paper: Paper) -> None:
    """Print lines that paper has made: page by page if they do not fit on the screen."""
    first: list[str] = []
    rest = iter(lines)
    if paper.height is not None and (pager := pager_at_hand()):
        first = list(islice(rest, paper.height - 1))
        if len(first) == paper.height - 1:
            turn(pager, chain(first, rest))
            return
    for line in chain(first, rest):
        sys.stdout.write(Painted(f"{line}\n"))
    sys.stdout.flush()
