"""The fast reader: fastexcel, in Rust, which returns a sheet as columns of texts."""

from __future__ import annotations

import logging
import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from io import BytesIO
from itertools import repeat
from typing import TYPE_CHECKING, Any, NamedTuple

import fastexcel
import numpy as np
from python_calamine import CalamineError, CalamineWorkbook

from certbulk.core.columns.distinct import BLANK, Column, positions
from certbulk.core.kinds import NumberText
from certbulk.core.kinds.kind import EDGES, tidy
from certbulk.errors import ReadError
from certbulk.progress import interruptible
from certbulk.reading.formats.cell_texts import NO_DATE, THREE_DECIMALS
from certbulk.reading.formats.grid import ErrorCell
from certbulk.reading.formats.unreadable import unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

__all__ = ["FastReader", "FastSheet"]

# The Rust reader logs warnings for programmers. Without a handler of the user's own, keep them off
# the screen.
logging.getLogger("calamine").addHandler(logging.NullHandler())

_LONGEST = 1 << 20  # characters
_AT_ONCE = 2  # columns encoded

_MIDNIGHT = " 00:00:00"
_DATE_ONLY = re.compile(r"\d{4}-\d\d-\d\d 00:00:00")
_ERROR = re.compile(r"'Error\((\w+)\)'")
_OTHER = re.compile(r"'\w+\(\"?(.*?)\"?\)'")
_NO_DATE = "ExcelDateTime {"
_ERROR_TEXTS = {
    "NA": "#N/A",
    "Ref": "#REF!",
    "Div0": "#DIV/0!",
    "Value": "#VALUE!",
    "Name": "#NAME?",
    "Num": "#NUM!",
    "Null": "#NULL!",
    "GettingData": "#GETTING_DATA",
}


class FastSheet(NamedTuple):
    """A sheet as the fast reader returns it.

    Attributes:
        numbers: The true number of each column, from 1, ascending.
        columns: The columns, from row 1 on.
        broken: The cells without a text, with what people see in them.
        visible: Whether the sheet is visible.
    """

    numbers: tuple[int, ...]
    columns: list[Column]
    error_cells: list[ErrorCell]
    visible: bool


class FastReader:
    """An open workbook.

    Args:
        data: The bytes to read.
        source: The name of the file, for messages.
        original: The bytes of the original file, if `data` was made from them.

    Raises:
        ReadError: The bytes are not a workbook that can be read.
    """

    def __init__(self, data: bytes, source: str, original: bytes | None = None) -> None:
        self._data = data
        self._source = source
        self._original = data if original is None else original
        with self._errors():
            self._reader = interruptible(lambda: fastexcel.read_excel(data))

    @property
    def sheets(self) -> list[str]:
        """The names of the sheets, in the workbook's order."""
        return list(self._reader.sheet_names)

    def read(self, name: str, meanwhile: Callable[[], None] = lambda: None) -> FastSheet:
        """Return the sheet called `name`.

        Args:
            name: Its name.
            meanwhile: Called a few times a second until it is read.

        Raises:
            ReadError: The sheet cannot be read.
        """
        with self._errors():
            columns, errors, numbers, visible = interruptible(lambda: self._texts(name), meanwhile)
        longest = max((max(map(len, column.values), default=0) for column in columns), default=0)
        if longest > _LONGEST:
            raise ReadError(
                f"{self._source} has a cell of {longest:,} characters; a cell can hold 32,767. "
                "Shorten it, and save the file again.",
                code="long_cell",
            )
        error_cells = []
        for cell in errors.errors if errors else ():
            row, column = cell.offset_position
            error_cells.append(ErrorCell(row + 1, numbers[column], _error_text(cell.detail)))
        return FastSheet(numbers, columns, error_cells, visible)

    def marked(self, name: str, sheet: FastSheet) -> list[Column]:
        """Return the columns, with texts such as 1.234 marked if they come from number cells.

        Typed as text, 1.234 has two readings; in a number cell it has one. If such texts occur, the
        workbook is opened again with a reader that knows the types of cells.
        """
        columns = list(sheet.columns)
        doubtful = [
            n for n, c in enumerate(columns) if any(map(THREE_DECIMALS.fullmatch, c.values))
        ]
        if not doubtful:
            return columns
        with self._errors():
            cells = interruptible(lambda: _typed_cells(self._data, name))
        for position in doubtful:
            number = sheet.numbers[position] - 1
            columns[position] = mark_numbers(columns[position], partial(_is_number, cells, number))
        return columns

    def _texts(self, name: str) -> tuple[list[Column], Any, tuple[int, ...], bool]:
        """Return the columns of texts, the broken cells, the column numbers, and the visibility."""
        loaded = self._reader.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
        batch, errors = loaded.to_arrow_with_errors()
        numbers = tuple(column.absolute_index + 1 for column in loaded.available_columns())
        visible = loaded.visible == "visible"
        with ThreadPoolExecutor(_AT_ONCE) as beside:
            encoded = beside.map(_encode, batch.columns)
            del loaded, batch  # freeing the cells of a large sheet takes as long as encoding them
            columns = [_column(one) for one in encoded]
        return columns, errors, numbers, visible

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Turn errors of the readers, and Rust panics, into a ReadError."""
        try:
            yield
        except (fastexcel.FastExcelError, CalamineError, OverflowError, ValueError) as error:
            raise unreadable(self._original, self._source, error) from None
        except BaseException as error:
            # A Rust panic: it is not an `Exception`.
            if type(error).__name__ != "PanicException":
                raise
            raise unreadable(self._original, self._source, error) from None


def mark_numbers(column: Column, is_number: Callable[[int], bool]) -> Column:
    """Return the column with texts such as 1.234 marked if they come from number cells.

    Args:
        column: The column.
        is_number: Whether the cell at a position is a number cell.
    """
    codes, values = column.codes.copy(), list(column.values)
    marked: dict[int, int] = {}
    for row in positions(column.where(lambda text: bool(THREE_DECIMALS.fullmatch(text)))):
        if is_number(row):
            code = int(codes[row])
            if code not in marked:
                marked[code] = len(values)
                values.append(NumberText(values[code]))
            codes[row] = marked[code]
    return Column(codes, tuple(values))


def _is_number(cells: list[list[Any]], number: int, row: int) -> bool:
    return row < len(cells) and isinstance(cells[row][number], int | float)


def _error_text(detail: str) -> str:
    """Return what people see in a cell for which the reader has no text."""
    if error := _ERROR.search(detail):
        return _ERROR_TEXTS.get(error.group(1), "#N/A")
    if _NO_DATE in detail:  # a number with a date format that is not a date
        return NO_DATE
    other = _OTHER.search(detail)  # a duration, for which this reader has no text
    return other.group(1) if other else "#N/A"


def _typed_cells(data: bytes, name: str) -> list[list[Any]]:
    sheet = CalamineWorkbook.from_object(BytesIO(data)).get_sheet_by_name(name)
    return sheet.to_python(skip_empty_area=False)


def _encode(array: Any) -> Any:
    return array.dictionary_encode()


def _column(encoded: Any) -> Column:
    """Return an encoded array as a column; white space alone is blank."""
    codes = _codes(encoded.indices)
    column = Column(codes, tuple(encoded.dictionary.to_pylist()))
    midnights = _MIDNIGHT in "\n".join(column.values)  # fast for a million texts
    blanks = not all(map(str.strip, column.values, repeat(EDGES)))
    return column.map(_cell_text) if midnights or blanks else column


def _codes(indices: Any) -> NDArray[np.int32]:
    """Return Arrow's indices as codes, without pandas, which Arrow's own conversion would load."""
    known, numbers = indices.buffers()
    codes = np.frombuffer(numbers, np.int32, len(indices), indices.offset * 4)
    if not indices.null_count:
        return codes
    bits = np.unpackbits(np.frombuffer(known, np.uint8), bitorder="little")
    filled = bits[indices.offset : indices.offset + len(indices)].view(np.bool_)
    return np.where(filled, codes, np.int32(BLANK))


def _cell_text(text: str) -> str | None:
    """Return a cell's text; None for blank. A date at midnight loses its time."""
    if text.endswith(_MIDNIGHT) and _DATE_ONLY.fullmatch(text):
        return text.removesuffix(_MIDNIGHT)
    return text if tidy(text) else None
