"""Text files, parquet files and frames as grids."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from itertools import repeat
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from certbulk.core.columns.distinct import BLANK, Column
from certbulk.core.columns.field import CLEAR
from certbulk.core.findings.finding import quoted
from certbulk.core.kinds import NumberText
from certbulk.core.kinds.kind import EDGES, tidy
from certbulk.core.places.directory import NO_NAMES
from certbulk.errors import ReadError
from certbulk.reading.formats.display_formats import Look
from certbulk.reading.formats.encodings import decoded
from certbulk.reading.formats.grid import Grid
from certbulk.reading.formats.parquet import parquet_table
from certbulk.reading.labels import ROW_INDEX, Labels
from certbulk.reading.shape.source_findings import guessed_encoding

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from certbulk.reading.formats.grid import FileToRead, Found
    from certbulk.words.vocabulary import Vocabulary

__all__ = ["cell_text", "frame_digest", "frame_grid", "pasted_grid", "read_parquet", "read_text"]

_SHORT_NUMBERS = ("float16", "float32", "float", "halffloat")  # of numpy, pandas, Arrow

_UNNAMED_INDEX = re.compile(r"__index_level_\d+__")  # how pandas writes an index without a name

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
                "or save the rows as .xlsx."
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
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    try:
        records = []
        for record in reader:
            if len(record) > _MOST_COLUMNS:
                raise ReadError(
                    f"{source}, line {reader.line_num}: the row has {len(record):,} columns; a "
                    f"sheet has {_MOST_COLUMNS:,} at most. Check the delimiter and the file."
                )
            records.append(record)
    except csv.Error as error:
        raise ReadError(
            f"{source}, line {reader.line_num}: {error}. "
            "Check the quotation marks there, or save the file as .xlsx."
        ) from None
    widths = tuple(map(len, records))
    look = Look(widths=widths if len({*widths}) > 1 else ())
    return replace(_records_grid(records), look=look), said, NO_NAMES


def _records_grid(records: Sequence[Sequence[str]]) -> Grid:
    columns: list[Column] = []
    rows = [row for row, record in enumerate(records) if record]
    while rows:  # one long record among many must not make all of them long
        # Where all of them reach to, the cells of a column are put side by side in one go.
        begin, width = len(columns), min(len(records[row]) for row in rows)
        for cells in zip(*(records[row][begin:width] for row in rows), strict=True):
            column = _typed(cells)
            codes = np.full(len(records), BLANK, dtype=np.int32)
            codes[rows] = column.codes
            columns.append(Column(codes, column.values))
        rows = [row for row in rows if len(records[row]) > width]
    return _grid(columns)


def _typed(cells: Sequence[str]) -> Column:
    """Return cells of a text file as a column; white space alone is blank."""
    column = Column.of(cells)
    if not all(map(str.strip, column.values, repeat(EDGES))):
        column = column.map(lambda text: text if tidy(text) else None)
    if '="' in "\n".join(column.values):  # hardly any file has one
        column = column.map(_without_formula)
    return column


def _without_formula(text: str) -> str | None:
    """Return the text of ="720441", a spelling that keeps spreadsheet programs from changing it."""
    match = _FORCED.fullmatch(text)
    return (match[1].replace('""', '"') or None) if match else text


def _delimiter(text: str, vocabulary: Vocabulary) -> str:
    """Return the delimiter that makes the most headers, or else the most equal columns."""

    def known(record: list[str]) -> int:
        some = record[:_MOST_HEADERS]
        matches = (vocabulary.match(text) for text in some if vocabulary.may_match(text))
        return len({match.field for match in matches if match})

    def merit(delimiter: str) -> tuple[int, int, int]:
        reader = csv.reader(io.StringIO(text[:65536], newline=""), delimiter=delimiter)
        sample = [record for record, _ in zip(reader, range(100), strict=False) if record]
        headers = max(map(known, sample), default=0)
        widths = [len(record) for record in sample[:20]]
        common = max(set(widths), key=widths.count, default=0)
        return (headers, widths.count(common) if common > 1 else 0, common)

    return max(_DELIMITERS, key=merit)


def read_parquet(file: FileToRead) -> Found:
    """Return a .parquet file as a grid, its column names as row 1.

    Raises:
        ReadError: It is not a parquet file.
    """
    table = parquet_table(file.path, file.path.name)
    try:
        frame = table.to_pandas()
    except (KeyError, TypeError, ValueError, AttributeError):
        # The file's metadata for pandas are wrong, but the table may be right.
        frame = table.replace_schema_metadata(None).to_pandas()
    unnamed = [name for name in frame.columns if _UNNAMED_INDEX.fullmatch(str(name))]
    grid, _ = frame_grid(frame.drop(columns=unnamed), file.vocabulary)
    return grid, [], NO_NAMES


def frame_grid(frame: pd.DataFrame, vocabulary: Vocabulary) -> tuple[Grid, Labels]:
    """Return a frame as a grid, with its column names as row 1, and the labels of its rows.

    None, NaN and NaT are blank; an empty list means `<clear>`. A named index becomes a column,
    except for the row numbers of certbulk's own frames, and unless a column has the same values.

    Raises:
        ReadError: The columns have several levels.
    """
    if frame.columns.nlevels > 1:
        raise ReadError(
            f"The columns of the frame have {frame.columns.nlevels} levels, but a header has one. "
            "Keep the last: frame.columns = frame.columns.get_level_values(-1)."
        )
    headers = [cell_text(name) for name in frame.columns]
    columns = [
        _texts([header, *map(cell_text, _values(frame.iloc[:, place]))])
        for place, header in enumerate(headers)
    ]
    levels = [
        _texts([cell_text(name), *map(cell_text, frame.index.get_level_values(at))])
        for at, name in enumerate(frame.index.names)
        if name not in (None, ROW_INDEX)
    ]
    levels = [level for level in levels if not _stands_in(columns, level, vocabulary)]
    return _grid([*levels, *columns]), Labels(frame.index, len(levels))


def frame_digest(frame: pd.DataFrame, vocabulary: Vocabulary) -> str:
    """Return the hash of a frame's texts, as in the `sha256` of its sheet."""
    grid, _ = frame_grid(frame, vocabulary)
    return grid.digest()


def _stands_in(columns: Sequence[Column], level: Column, vocabulary: Vocabulary) -> bool:
    """Whether one of the columns has the name and the values of an index level."""

    def meaning(header: str | None) -> str | None:
        match = vocabulary.match(header or "")
        return match.field if match else header

    return any(
        meaning(column[0]) == meaning(level[0])
        and all(label in (None, cell) for label, cell in [*zip(level, column, strict=True)][1:])
        for column in columns
        if column[0]
    )


def _values(column: pd.Series[Any]) -> list[Any]:
    """Return the values of a column; 32-bit numbers as such, in which 19.99 is 19.99."""
    if str(column.dtype).lower().partition("[")[0] in _SHORT_NUMBERS:
        short = column.astype("float64").to_numpy(dtype=np.float32, na_value=np.nan)
        return list(short)
    return column.astype(object).tolist()


def cell_text(cell: Any) -> str:  # noqa: PLR0911 (a case for each type)
    """Return the text that a person would have typed for this Python value."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool | np.bool_):
        return "yes" if cell else "no"
    if isinstance(cell, bytes):  # a parquet file may store texts as bytes
        return cell.decode(errors="backslashreplace")
    if pd.api.types.is_list_like(cell) and not isinstance(cell, dict):
        return ", ".join(map(cell_text, cell)) or CLEAR
    if cell is None or pd.isna(cell):
        return ""
    if isinstance(cell, datetime):
        text = cell.isoformat()
        return text.removesuffix("T00:00:00")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, Decimal):
        return NumberText(f"{cell:f}")
    if isinstance(cell, float | np.floating):
        return NumberText(np.format_float_positional(cell, trim="-"))
    return str(cell)


def _texts(cells: Iterable[str]) -> Column:
    """Return texts as a column; the text of a number is kept apart from the same text typed."""
    index: dict[tuple[str, bool], int] = {}
    values: list[str] = []
    codes: list[int] = []
    for cell in cells:
        if not tidy(cell):
            codes.append(-1)
            continue
        key = (cell, isinstance(cell, NumberText))
        if key not in index:
            index[key] = len(values)
            values.append(cell)
        codes.append(index[key])
    return Column(np.array(codes, dtype=np.int32), tuple(values))


def _grid(columns: Sequence[Column]) -> Grid:
    return Grid(None, tuple(range(1, len(columns) + 1)), tuple(columns))
