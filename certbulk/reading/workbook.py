"""Workbooks of every format, through fastexcel (a reader in Rust), as grids of text."""

from __future__ import annotations

import logging
import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from io import BytesIO
from itertools import repeat
from typing import TYPE_CHECKING, Any

import fastexcel
import numpy as np
from python_calamine import CalamineError, CalamineWorkbook

from certbulk.core.columns import BLANK, Column, positions
from certbulk.core.kinds import NumberText
from certbulk.core.kinds.kind import EDGES, tidy
from certbulk.errors import ReadError
from certbulk.native import interruptible
from certbulk.reading.extent import check_size
from certbulk.reading.grid import Grid, Hazard
from certbulk.reading.scan import scan_before_opening, scan_sheet
from certbulk.reading.unreadable import why_unreadable
from certbulk.stages import silent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from certbulk.stages import Tell

__all__ = ["Workbook"]

# The reader in Rust has warnings of its own, for programmers. Where nobody has asked for them with
# a handler, they do not stand on the screen beside what certbulk says of the same file.
logging.getLogger("calamine").addHandler(logging.NullHandler())

_LOOK = "looking through it"
_LOOKED_THROUGH = 0.15  # of the time that reading takes
_AT_ONCE = 2  # columns encoded

_MIDNIGHT = " 00:00:00"
_DATE_ONLY = re.compile(r"\d{4}-\d\d-\d\d 00:00:00")
_THREE_DECIMALS = re.compile(r"-?[1-9]\d{0,2}\.\d{3}")
_ERROR = re.compile(r"'Error\((\w+)\)'")
_OTHER = re.compile(r"'\w+\(\"?(.*?)\"?\)'")

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


class Workbook:
    """An open workbook: its sheets' names, and each as a grid.

    Raises:
        ReadError: The bytes are not a workbook that can be read.
    """

    def __init__(self, data: bytes, source: str, tell: Tell = silent) -> None:
        self._data = data
        self._source = source
        check_size(data, source)
        self._scans = scan_before_opening(data, source, partial(tell, _LOOK, 0.0))
        with self._errors():
            self._reader = interruptible(lambda: fastexcel.read_excel(data))

    @property
    def sheets(self) -> list[str]:
        """The names of the sheets, in the workbook's order."""
        return list(self._reader.sheet_names)

    def grid(self, name: str, tell: Tell = silent) -> Grid:
        """Return the sheet called `name`, and tell how far that is.

        Raises:
            ReadError: The sheet cannot be read.
        """
        tell(_LOOK, 0.0)
        scan = self._scans.get(name) or scan_sheet(self._data, name, self._source)
        parsing = partial(tell, "reading its cells", _LOOKED_THROUGH)
        with self._errors():
            columns, errors, numbers, visible = interruptible(lambda: self._texts(name), parsing)
        hazards: list[Hazard] = []
        for cell in errors.errors if errors else ():
            row, column = cell.offset_position
            if broken := _ERROR.search(cell.detail):
                text = _ERROR_TEXTS.get(broken.group(1), "#N/A")
            else:  # a length of time, which has no text of its own in this reader
                other = _OTHER.search(cell.detail)
                text = other.group(1) if other else "#N/A"
            hazards.append(Hazard(row + 1, numbers[column], text))
        look = replace(scan.look, hidden=not visible)
        grid = Grid(name, numbers, tuple(self._typed(name, numbers, columns)), look)
        return grid.with_percents_shown().with_hazards([*scan.blanks, *hazards])

    def _texts(self, name: str) -> tuple[list[Column], Any, tuple[int, ...], bool]:
        """Return the cells as columns of texts, broken cells, the columns' numbers, if it shows."""
        loaded = self._reader.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
        batch, errors = loaded.to_arrow_with_errors()
        numbers = tuple(column.absolute_index + 1 for column in loaded.available_columns())
        visible = loaded.visible == "visible"
        with ThreadPoolExecutor(_AT_ONCE) as beside:
            encoded = beside.map(_encode, batch.columns)
            del loaded, batch  # to free all cells of a large sheet takes as long as to encode them
            columns = [_column(one) for one in encoded]
        return columns, errors, numbers, visible

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Turn what the readers raise, and a panic inside them, into a ReadError."""
        try:
            yield
        except (fastexcel.FastExcelError, CalamineError, OverflowError, ValueError) as error:
            raise ReadError(why_unreadable(self._data, self._source, error)) from None
        except BaseException as error:
            # A reader in Rust that meets what it thought impossible raises this, past `Exception`.
            if type(error).__name__ != "PanicException":
                raise
            raise ReadError(why_unreadable(self._data, self._source, error)) from None

    def _typed(self, name: str, numbers: Sequence[int], columns: list[Column]) -> list[Column]:
        """Mark the texts with three decimals that come from number cells.

        As text, 1.234 can be read in two ways; in a number cell it cannot. Only where such texts
        occur is the workbook opened again, with the reader that gives types.
        """
        doubtful = [c for c in columns if any(map(_THREE_DECIMALS.fullmatch, c.values))]
        if not doubtful:
            return columns
        with self._errors():
            cells = interruptible(lambda: _typed_cells(self._data, name))
        for place, column in enumerate(columns):
            if any(column is other for other in doubtful):
                columns[place] = _mark_numbers(column, cells, numbers[place] - 1)
        return columns


def _typed_cells(data: bytes, name: str) -> list[list[Any]]:
    sheet = CalamineWorkbook.from_object(BytesIO(data)).get_sheet_by_name(name)
    return sheet.to_python(skip_empty_area=False)


def _encode(array: Any) -> Any:
    return array.dictionary_encode()


def _column(encoded: Any) -> Column:
    """Return an encoded array as a column; white space alone is blank."""
    codes = _codes(encoded.indices)
    column = Column(codes, tuple(encoded.dictionary.to_pylist()))
    midnights = _MIDNIGHT in "\n".join(column.values)  # a million of them are looked at in one go
    blanks = not all(map(str.strip, column.values, repeat(EDGES)))
    return column.map(_cell_text) if midnights or blanks else column


def _codes(indices: Any) -> NDArray[np.int32]:
    """Return Arrow's indices as codes. Its own ways to numpy load pandas, which takes its time."""
    known, places = indices.buffers()
    codes = np.frombuffer(places, np.int32, len(indices), indices.offset * 4)
    if not indices.null_count:
        return codes
    bits = np.unpackbits(np.frombuffer(known, np.uint8), bitorder="little")
    filled = bits[indices.offset : indices.offset + len(indices)].view(np.bool_)
    return np.where(filled, codes, np.int32(BLANK))


def _cell_text(text: str) -> str | None:
    """Return a cell's text; None for blank. A date at midnight is a date without a time."""
    if text.endswith(_MIDNIGHT) and _DATE_ONLY.fullmatch(text):
        return text.removesuffix(_MIDNIGHT)
    return text if tidy(text) else None


def _mark_numbers(column: Column, cells: list[list[Any]], place: int) -> Column:
    """Return the column with a value of its own for doubtful texts that number cells hold."""
    codes, values = column.codes.copy(), list(column.values)
    marked: dict[int, int] = {}
    for row in positions(column.where(lambda text: bool(_THREE_DECIMALS.fullmatch(text)))):
        if row < len(cells) and isinstance(cells[row][place], int | float):
            code = int(codes[row])
            if code not in marked:
                marked[code] = len(values)
                values.append(NumberText(values[code]))
            codes[row] = marked[code]
    return Column(codes, tuple(values))
