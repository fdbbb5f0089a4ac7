"""Text files, and rows as they are pasted, as grids."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from certbulk.core.cleaning import original_cell
from certbulk.core.columns.distinct import BLANK, Column, LateColumn
from certbulk.core.findings.finding import quoted
from certbulk.core.references.directory import NO_NAMES
from certbulk.errors import ReadError
from certbulk.reading.formats.display_formats import DisplayFormats
from certbulk.reading.formats.grid import Grid, without_white
from certbulk.reading.formats.text.encodings import decoded, guessed_encoding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from certbulk.reading.formats.grid import FileToRead, Found
    from certbulk.words.vocabulary import Vocabulary

__all__ = ["pasted_grid", "read_text"]

_FORCED = re.compile(r'\s*="((?:[^"]|"")*)"\s*')
_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_PASTED_CELL = re.compile(
    r'(?:"([^"]*+(?:""[^"]*+)*+)"(?=[\t\r\n]|\Z)|([^\t\r\n]*+))(\t|\r\n|\r|\n|\Z)'
)
"""A cell of pasted rows, in quotation marks or as it is, and what follows it."""
_END_OF_FILE = b"\x1a"  # as DOS and programs of its time end a text
_DELIMITERS = ",;\t|"
_MOST_COLUMNS = 16_384  # of a sheet of any spreadsheet program
_MOST_HEADERS = 1000  # that are looked at to find the delimiter
# A text file may hold a cell as large as Excel's largest many times over, but not a whole file.
csv.field_size_limit(1 << 20)


def pasted_grid(text: str, source: str = "pasted rows") -> Grid:
    """Return rows as they are pasted, with tabs between their cells, as a grid.

    Quotation marks around a whole cell are those of a cell with line breaks in it, as spreadsheet
    programs copy it; others, as in `"Royal" massage`, are a part of the text.

    Raises:
        ReadError: A cell begins with a quotation mark that nothing closes, so that nobody can tell
            where it ends.
    """
    records: list[list[str]] = []
    record: list[str] = []
    line = 1
    for match in _PASTED_CELL.finditer(text):
        quoted_cell, plain, behind = match.groups()
        unclosed = quoted_cell is None and plain[:1] == '"' and plain.count('"') % 2
        # Rows that end up in one cell have the tabs between their own cells in it.
        if unclosed or (quoted_cell and "\t" in quoted_cell and _LINE_BREAK.search(quoted_cell)):
            raise ReadError(
                f"{source}, line {line}: the quotation mark before {quoted(match[0][1:])} is not "
                "closed in its cell, so it is not clear where the row ends. Remove it or close it, "
                "or save the rows as .xlsx.",
                code="quotes",
            )
        if quoted_cell is None and not plain and not behind and not record:
            break  # nothing is left behind the last line break
        record.append(plain if quoted_cell is None else quoted_cell.replace('""', '"'))
        line += len(_LINE_BREAK.findall(match[0]))
        if behind != "\t":
            records.append([] if record == [""] else record)
            record = []
        if not behind:
            break
    return _records_grid(records)


def read_text(file: FileToRead) -> Found:
    """Return a .csv, .tsv or .txt file as a grid, and a finding if its encoding was guessed.

    A record is a row, whatever line breaks are in it. The delimiter is the one of comma,
    semicolon, tab and bar that the first lines agree on.

    Raises:
        ReadError: It is not text, or not in the encoding that was named, or a quoted cell never
            ends.
    """
    source = file.path.name
    text, guessed = decoded(file.data.rstrip(_END_OF_FILE), source, file.encoding)
    said = [guessed_encoding(guessed)] if guessed else []
    if file.pasted and "\t" in text:
        return pasted_grid(text, source), said, NO_NAMES
    mark = _delimiter(text, file.vocabulary)
    spaced = _has_spaces_before_quotes(text, mark)
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=mark, strict=True, skipinitialspace=spaced
    )
    try:
        records = []
        for record in reader:
            if len(record) > _MOST_COLUMNS:
                raise ReadError(
                    f"{source}, line {reader.line_num}: the row has {len(record):,} columns; a "
                    f"sheet has {_MOST_COLUMNS:,} at most. Check the delimiter and the file.",
                    code="too_large",
                )
            records.append(record)
    except csv.Error as error:
        raise ReadError(
            f"{source}, line {reader.line_num}: {error}. "
            "Check the quotation marks there, or save the file as .xlsx.",
            code="quotes",
        ) from None
    widths = tuple(map(len, records))
    display = DisplayFormats(widths=widths if len({*widths}) > 1 else ())
    return replace(_records_grid(records), display=display), said, NO_NAMES


def _has_spaces_before_quotes(text: str, mark: str) -> bool:
    """Whether cells in quotation marks have spaces before these, as some programs write them.

    Then they do not belong to the text. If one of them is, as in `, "Big" oak,`, all are.
    """
    if f'{mark} "' not in text:
        return False
    end = re.escape(mark)
    begun = re.findall(rf'{end} +(?=")', text)
    whole = re.findall(rf'{end} +"[^"]*+(?:""[^"]*+)*+"(?={end}|[\r\n]|\Z)', text)
    return len(begun) == len(whole)


def _records_grid(records: Sequence[Sequence[str]]) -> Grid:
    columns: list[Column] = []
    rows = [row for row, record in enumerate(records) if record]
    while rows:  # one long record among many must not make all of them long
        # Where all of them reach to, the cells of a column are put side by side in one go.
        begin, width = len(columns), min(len(records[row]) for row in rows)
        if len(rows) == len(records) and not begin:
            columns += [LateColumn(cells, _typed) for cells in zip(*records, strict=False)]
            begin = width
        for cells in zip(*(records[row][begin:width] for row in rows), strict=True):
            column = _typed(cells)
            codes = np.full(len(records), BLANK, dtype=np.int32)
            codes[rows] = column.codes
            columns.append(Column(codes, column.values))
        rows = [row for row in rows if len(records[row]) > width]
    return Grid(None, tuple(range(1, len(columns) + 1)), tuple(columns))


def _typed(cells: Sequence[str]) -> Column:
    """Return cells of a text file as a column; white space alone is blank."""
    column = without_white(Column.of(cells))
    text = "\n".join(column.values)
    if '="' in text:  # hardly any file has one
        column = column.map(_without_formula)
    if "'" in text:  # an apostrophe before a formula, as in a .csv of certbulk, is not of the text
        column = column.map(original_cell)
    return column


def _without_formula(text: str) -> str | None:
    """Return the text of ="720441", a spelling that keeps spreadsheet programs from changing it."""
    match = _FORCED.fullmatch(text)
    return (match[1].replace('""', '"') or None) if match else text


def _is_whole(text: str) -> bool:
    """Whether a header has no other delimiter at its ends: it is the better one, then."""
    return text.strip() == text.strip().strip(_DELIMITERS)


def _delimiter(text: str, vocabulary: Vocabulary) -> str:
    """Return the delimiter that makes the most headers, or else the most equal columns."""

    def known(record: list[str]) -> int:
        some = record[:_MOST_HEADERS]
        matches = ((text, vocabulary.match(text)) for text in some if vocabulary.may_match(text))
        return len({match.field for text, match in matches if match and _is_whole(text)})

    def merit(delimiter: str) -> tuple[int, int, int]:
        reader = csv.reader(io.StringIO(text[:65536], newline=""), delimiter=delimiter)
        sample = [record for record, _ in zip(reader, range(100), strict=False) if record]
        headers = max(map(known, sample), default=0)
        widths = [len(record) for record in sample[:20]]
        common = max(set(widths), key=widths.count, default=0)
        return (headers, widths.count(common) if common > 1 else 0, common)

    return max(_DELIMITERS, key=merit)
