"""`Grid`: the text cells of a source, before its headers are understood."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from itertools import repeat
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

from certbulk.core.columns.distinct import BLANK, Column
from certbulk.core.kinds.kind import EDGES, tidy
from certbulk.reading.formats.display_formats import DisplayFormats

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from certbulk.core.findings.finding import Finding
    from certbulk.core.references.directory import Directory
    from certbulk.words.vocabulary import Vocabulary

__all__ = [
    "DIFFERENT",
    "ERROR",
    "NO_RESULT",
    "ErrorCell",
    "FileToRead",
    "Found",
    "Grid",
    "without_white",
]

NO_RESULT = "#FORMULA! "
"""The prefix of a formula that was saved without its result, so that the cell is not blank."""

ERROR = "#ERROR! "
"""The prefix of an error that is not one of the usual error texts."""

OBJECT = "#OBJECT! "
"""The prefix of a value of a frame that a cell cannot have, such as a dict."""

DIFFERENT = "#READERS! "
"""The prefix of the two texts, separated by a bar, of a cell that two readers read differently."""


@dataclass(frozen=True, slots=True)
class FileToRead:
    """A file and the options for reading it, as the reader of its format needs them.

    Attributes:
        path: The path of the file.
        data: Its bytes.
        vocabulary: The words for headers.
        sheet: The name of the requested sheet, or its number from 0, for formats with sheets.
        encoding: The requested encoding, for text formats.
        pasted: Whether the rows are those of the browser extension, without a header.
        progress: Whether to show a progress bar.
        in_memory: Whether there are only the bytes, and the path is no more than a name.
    """

    path: Path
    data: bytes
    vocabulary: Vocabulary
    sheet: str | int | None = None
    encoding: str | None = None
    pasted: bool = False
    progress: bool = False
    in_memory: bool = False


class ErrorCell(NamedTuple):
    """A cell whose value cannot be trusted, and must not be taken for blank.

    Attributes:
        row: The true row number, from 1.
        column: The true column number, from 1.
        text: Its text: `#N/A`, NO_RESULT and the formula, or DIFFERENT and both texts.
    """

    row: int
    column: int
    text: str


@dataclass(frozen=True, slots=True)
class Grid:
    """Text cells; position i of every column is row i + 1 of the source.

    Attributes:
        name: The sheet's name; None if the source has no sheets.
        numbers: The true number of each column, from 1, ascending.
        columns: The columns.
        display: What people see of the sheet besides these texts.
    """

    name: str | None
    numbers: tuple[int, ...]
    columns: tuple[Column, ...]
    display: DisplayFormats = DisplayFormats()  # noqa: RUF009 (it cannot be changed)

    @property
    def height(self) -> int:
        """The number of rows, including blank ones."""
        return len(self.columns[0]) if self.columns else 0

    def digest(self) -> str:
        """Return the hash of the texts, for sources that are not files."""
        digest = hashlib.sha256()
        for column in self.columns:
            texts = "\x1f".join(cell or "" for cell in column)
            digest.update(texts.encode("utf-8", "surrogatepass"))
            digest.update(b"\x1e")
        return digest.hexdigest()

    def with_merges_filled(self, below: int) -> Grid:
        """Return the grid with the value of merged cells repeated in each of them.

        Only merges that begin below the row at position `below`, the header, are filled. Those in
        and above the header are titles.
        """
        columns = dict(zip(self.numbers, self.columns, strict=True))
        for merge in self.display.merges:
            anchor = columns.get(merge.first_column)
            if anchor is None or not below < merge.first_row - 1 < self.height:
                continue
            text = anchor[merge.first_row - 1]
            rows = slice(merge.first_row - 1, min(merge.last_row, self.height))
            for number in range(merge.first_column, merge.last_column + 1):
                if text is not None and number in columns:
                    codes = columns[number].codes.copy()
                    codes[rows] = len(columns[number].values)
                    columns[number] = Column(codes, (*columns[number].values, text))
        return replace(self, columns=tuple(columns[number] for number in self.numbers))

    def with_percents_shown(self) -> Grid:
        """Return the grid with percentages as shown: 15% for a cell that holds 0.15."""
        rows: dict[int, list[int]] = defaultdict(list)
        for row, column in self.display.percents:
            if row <= self.height:
                rows[column].append(row - 1)
        columns = tuple(
            _in_percent(column, rows[number]) if number in rows else column
            for number, column in zip(self.numbers, self.columns, strict=True)
        )
        return replace(self, columns=columns) if rows else self

    def with_error_cells(self, error_cells: Sequence[ErrorCell]) -> Grid:
        """Return the grid with the texts of the error cells in place, enlarged if necessary."""
        if not error_cells:
            return self
        height = max(self.height, *(error_cell.row for error_cell in error_cells))
        columns = dict(zip(self.numbers, self.columns, strict=True))
        for number in {error_cell.column for error_cell in error_cells}:
            rows = [h.row - 1 for h in error_cells if h.column == number]
            texts = Column.of(h.text for h in error_cells if h.column == number)
            column = columns.get(number) or Column.blank(self.height)
            codes = _grown(column.codes, height)
            codes[rows] = texts.codes + len(column.values)
            columns[number] = Column(codes, column.values + texts.values)
        return Grid(
            self.name,
            tuple(sorted(columns)),
            tuple(
                Column(_grown(columns[n].codes, height), columns[n].values) for n in sorted(columns)
            ),
            self.display,
        )


Found: TypeAlias = "tuple[Grid, list[Finding], Directory]"
"""What a reader returns: the grid, findings about the whole file, and its lists of names."""


def _in_percent(column: Column, rows: list[int]) -> Column:
    """Return the column with the numbers in these rows as percentages."""
    shown = column.take(np.array(rows)).map(_percentage)
    codes = column.codes.copy()
    codes[rows] = np.where(shown.codes == BLANK, BLANK, shown.codes + len(column.values))
    return Column(codes, column.values + shown.values)


def _percentage(text: str) -> str:
    try:
        return f"{(Decimal(text) * 100).normalize():f}%"
    except InvalidOperation:  # a word in a cell of that format
        return text


def _grown(
    codes: np.ndarray[tuple[int], np.dtype[np.int32]], height: int
) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    """Return a copy of `codes`, extended with blank rows to `height`."""
    grown = np.full(height, BLANK, dtype=np.int32)
    grown[: len(codes)] = codes
    return grown


def without_white(column: Column) -> Column:
    """Return a column of texts in which white space alone is blank."""
    if all(map(str.strip, column.values, repeat(EDGES))):
        return column
    return column.map(lambda text: text if tidy(text) else None)
