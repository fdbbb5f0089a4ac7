"""Parquet files and frames as grids."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from uuid import UUID

import numpy as np
import pandas as pd

from certbulk.core.columns.distinct import BLANK, Column, LateColumn
from certbulk.core.columns.field import CLEAR
from certbulk.core.kinds import NumberText
from certbulk.core.kinds.kind import FloatText, tidy
from certbulk.core.kinds.numbers import EXCEL_DIGITS
from certbulk.core.references.directory import NO_NAMES
from certbulk.errors import ReadError
from certbulk.reading.formats.grid import OBJECT, Grid, without_white
from certbulk.reading.formats.tables.days import with_days
from certbulk.reading.formats.tables.nested import flat
from certbulk.reading.formats.tables.parquet import parquet_table
from certbulk.reading.labels import ROW_INDEX, Labels

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from certbulk.reading.formats.grid import FileToRead, Found
    from certbulk.words.vocabulary import Vocabulary

__all__ = ["cell_text", "frame_digest", "frame_grid", "read_parquet"]

_SHORT_NUMBERS = {  # by their names in numpy, pandas and Arrow
    **dict.fromkeys(("float16", "halffloat"), np.float16),
    **dict.fromkeys(("float32", "float"), np.float32),
}

_WITH_TEXT = (
    time,
    timedelta,
    np.timedelta64,
    Enum,
    Fraction,
    PurePath,
    UUID,
    pd.Period,
    np.ndarray,
)
"""Types of a single value, whose text a person would type."""

_UNNAMED_INDEX = re.compile(r"__index_level_\d+__")  # how pandas writes an index without a name


def read_parquet(file: FileToRead) -> Found:
    """Return a .parquet file as a grid, its column names as row 1.

    Raises:
        ReadError: It is not a parquet file.
    """
    with _on_disk(file) as path:
        table = parquet_table(path, file.path.name)
    try:
        frame = table.to_pandas()
    except (KeyError, TypeError, ValueError, AttributeError):
        # The file's metadata for pandas are wrong, but the table may be right.
        frame = table.replace_schema_metadata(None).to_pandas()
    unnamed = [name for name in frame.columns if _UNNAMED_INDEX.fullmatch(str(name))]
    grid, _ = frame_grid(frame.drop(columns=unnamed), file.vocabulary)
    return grid, [], NO_NAMES


@contextmanager
def _on_disk(file: FileToRead) -> Iterator[Path]:
    """Give the path of a file; bytes alone are written to a temporary one."""
    if not file.in_memory:
        yield file.path
        return
    with TemporaryDirectory(prefix="certbulk-") as folder:
        path = Path(folder, "table.parquet")
        path.write_bytes(file.data)
        yield path


def frame_grid(frame: pd.DataFrame, vocabulary: Vocabulary) -> tuple[Grid, Labels]:
    """Return a frame as a grid, with its column names as row 1, and the labels of its rows.

    None, NaN and NaT are blank; an empty list means `<clear>`. A named index becomes a column,
    except for the row numbers of certbulk's own frames, and unless a column has the same values.
    Nested objects of the API become columns.

    Raises:
        ReadError: The columns have several levels.
    """
    if frame.columns.nlevels > 1:
        raise ReadError(
            f"The columns of the frame have {frame.columns.nlevels} levels, but a header has one. "
            "Keep the last: frame.columns = frame.columns.get_level_values(-1)."
        )
    frame = with_days(flat(frame), frame.attrs)
    headers = [cell_text(name) for name in frame.columns]
    columns = [_column(header, frame.iloc[:, at]) for at, header in enumerate(headers)]
    levels = [
        _column(cell_text(name), frame.index.get_level_values(at).to_series())
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


def _column(header: str, values: pd.Series[Any]) -> Column:
    """Return a column of a frame with its header; each distinct value of a typed one once."""
    if isinstance(values.dtype, pd.StringDtype):
        cells = values.array.to_numpy(object, na_value=None).tolist()
        return LateColumn([header, *cells], lambda texts: without_white(Column.of(texts)))
    if _is_of_texts(values.dtype):
        used = values.cat.remove_unused_categories().cat
        of_code = np.arange(1, len(used.categories) + 2, dtype=np.int32)
        of_code[-1] = BLANK  # the last one is of code -1
        labels = (header, *used.categories.to_numpy(dtype=object))
        return without_white(Column(np.append(np.int32(0), of_code[used.codes]), labels))
    if not _is_hashable(values):
        return LateColumn([header, *_values(values)], _texts)
    codes, distinct = pd.factorize(values)
    texts = _texts([header, *_values(pd.Series(distinct, dtype=values.dtype))])
    of_code = np.append(texts.codes[1:], BLANK).astype(np.int32)  # the last one is of code -1
    return Column(np.append(texts.codes[:1], of_code[codes]), texts.values)


def _is_of_texts(dtype: Any) -> bool:
    """Whether it is a category of texts, as which text columns of parquet files are read."""
    return isinstance(dtype, pd.CategoricalDtype) and dtype.categories.inferred_type == "string"


def _is_hashable(values: pd.Series[Any]) -> bool:
    """Whether the values of a column are of one plain type, and not objects, lists or maps.

    pandas has no index of float16, and cannot tell its values apart.
    """
    texts = isinstance(values.dtype, pd.StringDtype | pd.CategoricalDtype)
    return texts or (values.dtype.kind != "O" and values.dtype != np.float16)


def _values(column: pd.Series[Any]) -> list[Any]:
    """Return the values of a column; short floats as such, in which 19.99 is 19.99."""
    short = _SHORT_NUMBERS.get(str(column.dtype).lower().partition("[")[0])
    if short is not None:
        return list(column.astype("float64").to_numpy(dtype=short, na_value=np.nan))
    return column.astype(object).tolist()


def cell_text(cell: Any) -> str:  # noqa: PLR0911 (a case for each type)
    """Return the text that a person would have typed for this Python value."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool | np.bool_):
        return "yes" if cell else "no"
    if isinstance(cell, bytes | bytearray | memoryview):  # parquet may store texts as bytes
        return bytes(cell).decode(errors="replace")
    if isinstance(cell, list) or (pd.api.types.is_list_like(cell) and not isinstance(cell, dict)):
        return _list_text(cell)
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
        return _float_text(cell)
    return NumberText(cell) if isinstance(cell, int | np.integer) else _other_text(cell)


def _other_text(cell: Any) -> str:
    """Return the text of a value, or a marked one: customers would see how Python shows it."""
    return str(cell) if isinstance(cell, _WITH_TEXT) else f"{OBJECT}{cell}"


def _list_text(items: Any) -> str:
    """Return the values of a list with commas; an empty one means `<clear>`.

    Raises:
        ReadError: It is an iterator: its values are gone once they have been read.
    """
    if isinstance(items, Iterator):
        name = type(items).__name__
        raise ReadError(f"A cell has a {name}, which can be read only once. Make it a list.")
    ids = all(type(one) is int for one in items)  # in far less time
    return ", ".join(map(str if ids else _item_text, items)) or CLEAR


def _item_text(item: Any) -> str:
    """Return the text of a value in a list; one that is missing may be an id that a join lost.

    A list in a list, as a map of parquet has them, is an object.
    """
    return f"{OBJECT}{item}" if pd.api.types.is_list_like(item) else cell_text(item) or str(item)


def _float_text(number: float | np.floating[Any]) -> FloatText:
    """Return the digits of a float: 110.00000000000001, which a product leaves behind, is 110.

    One that is too short for its number is written as a shortened one, which is an error.
    """
    if isinstance(number, np.float16 | np.float32) and _is_rounded(number):
        return FloatText(f"{number:.2e}")
    text = np.format_float_positional(number, trim="-")
    if len(text) > EXCEL_DIGITS + 1 and "." in text:
        text = np.format_float_positional(
            number, precision=EXCEL_DIGITS, fractional=False, trim="-"
        )
    return FloatText(text)


def _is_rounded(number: np.float16 | np.float32) -> bool:
    """Whether the number may have been another one: float32 makes 16777216 of 16777217, too.

    Neighbours of a whole number are one apart at most, those of an amount a cent.
    """
    whole = float(number).is_integer()
    return math.isfinite(number) and float(np.spacing(np.abs(number))) > (1 if whole else 0.01)


def _texts(cells: Iterable[Any]) -> Column:
    """Return the texts of cells as a column; that of a number is kept apart from the same typed."""
    index: dict[tuple[str, type], int] = {}
    values: list[str] = []
    codes: list[int] = []
    for cell in map(cell_text, cells):
        if not tidy(cell):
            codes.append(BLANK)
            continue
        key = (cell, type(cell))
        if key not in index:
            index[key] = len(values)
            values.append(cell)
        codes.append(index[key])
    return Column(np.array(codes, dtype=np.int32), tuple(values))


def _grid(columns: Sequence[Column]) -> Grid:
    return Grid(None, tuple(range(1, len(columns) + 1)), tuple(columns))
