"""The second reader as a witness: what both say is a value, what they differ in is a finding."""

from __future__ import annotations

import math
import re
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from certbulk.core.columns.distinct import BLANK, Column
from certbulk.core.kinds.kind import tidy
from certbulk.reading.formats.cell_texts import NO_DATE, date_text, moment, number_text
from certbulk.reading.formats.error_texts import error_code_of
from certbulk.reading.formats.fast_reader import mark_numbers
from certbulk.reading.formats.grid import DIFFERENT, ERROR, ErrorCell, Grid
from certbulk.reading.formats.openxml.cell import Cell, Kind

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from certbulk.reading.formats.display_formats import DisplayFormats
    from certbulk.reading.formats.fast_reader import FastSheet

__all__ = ["agreed_grid"]

_ISO = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ]00:00(?::00(?:\.0+)?)?(?:Z|[+-]\d\d:?\d\d)?)?")
_MADE_BETTER = {Kind.DAY, Kind.NUMBER, Kind.TEXT}
_ABOUT_A_SECOND = 1.0
_FIFTEEN_DIGITS = 1e-14  # of a number; the fast reader shows as many, as programs do
_NINE_DECIMALS = 0.6e-9  # the fast reader rounds to as many, so that 100/3 is 33.333333333
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_NO_VALUE = "no value of a known kind"
_SHOWN = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?: (\d\d):(\d\d):(\d\d)(?:\.(\d+))?)?")


def agreed_grid(
    name: str,
    display: DisplayFormats,
    fast: FastSheet,
    cells: Mapping[tuple[int, int], Cell],
    dates: Collection[int] = (),
    *,
    since_1904: bool = False,
) -> Grid:
    """Return the sheet called `name` with what both readers have, and its error cells.

    Args:
        name: The name of the sheet.
        display: How the sheet shows its cells.
        fast: What the fast reader has read.
        cells: What the careful one has, by row and column.
        dates: The styles of cells that show a day or a time.
        since_1904: Whether the days of the workbook are counted from 1904.
    """
    columns, error_cells = _agreed(fast, cells, dates, since_1904=since_1904)
    grid = Grid(name, fast.numbers, tuple(columns), display)
    return grid.with_percents_shown().with_error_cells(error_cells)


def _agreed(  # noqa: C901, PLR0912 (one pass over many cells)
    fast: FastSheet,
    cells: Mapping[tuple[int, int], Cell],
    dates: Collection[int],
    *,
    since_1904: bool,
) -> tuple[list[Column], list[ErrorCell]]:
    """Return the columns of the fast reader, and the cells that are not to be believed.

    Returns:
        The columns, with days if a cell says one in ISO's way, numbers with all of their digits,
        and texts with all of their words apart; and the error cells: errors of the spreadsheet,
        formulas without a result, what the two readers differ in.
    """
    error_texts = {(one.row, one.column): one.text for one in fast.error_cells}
    error_cells: list[ErrorCell] = []
    better: dict[int, dict[int, str]] = {}
    texts = {
        number: ([*column.codes.tolist()], (*column.values, None))  # BLANK is -1: the last one
        for number, column in zip(fast.numbers, fast.columns, strict=True)
    }
    nothing: tuple[list[int], tuple[None, ...]] = ([], ())
    seen = 0
    by_text: dict[tuple[str | None, Cell], str | None] = {}
    for spot, cell in cells.items():
        row, number = spot
        codes, values = texts.get(number, nothing)
        text = values[codes[row - 1]] if row <= len(codes) else None
        if text is not None:
            seen += 1
            kind = cell.kind
            if text == cell.text and (
                kind == Kind.TEXT or (kind == Kind.NUMBER and cell.style not in dates)
            ):  # most cells
                continue
        elif spot in error_texts:
            text = error_texts[spot]
        key = (text, cell)
        if key not in by_text:
            by_text[key] = _judged(text, cell, is_date=cell.style in dates, since_1904=since_1904)
        judged = by_text[key]
        if judged is None:
            if spot in error_texts:  # a length of time, which has its text only there
                error_cells.append(ErrorCell(row, number, error_texts[spot]))
        elif cell.kind in _MADE_BETTER and not judged.startswith("#"):
            better.setdefault(number, {})[row - 1] = judged
        else:
            error_cells.append(ErrorCell(row, number, judged))
    error_cells += [
        ErrorCell(*spot, text if text.startswith("#") else f"{DIFFERENT}{text} | ")
        for spot, text in error_texts.items()
        if spot not in cells
    ]
    columns = list(fast.columns)
    if seen != sum(int(column.filled.sum()) for column in columns):
        for number, column in zip(fast.numbers, columns, strict=True):
            error_cells += _unvouched(number, column, cells)
    for at, number in enumerate(fast.numbers):
        if number in better:
            columns[at] = _with_texts(columns[at], better[number])
        columns[at] = mark_numbers(columns[at], partial(_is_number, cells, number))
    return columns, sorted(error_cells)


def _is_number(cells: Mapping[tuple[int, int], Cell], number: int, row: int) -> bool:
    cell = cells.get((row + 1, number))
    return cell is not None and cell.kind == Kind.NUMBER


def _judged(text: str | None, cell: Cell, *, is_date: bool, since_1904: bool) -> str | None:
    """Return None if both readers say the same, else what to put in the cell.

    Args:
        text: What the fast reader says; None for blank.
        cell: What the careful one does.
        is_date: Whether the cell shows a day or a time.
        since_1904: Whether the days of the workbook are counted from 1904.
    """
    if cell.kind in {Kind.ERROR, Kind.FORMULA}:
        return cell.text if error_code_of(cell.text) else ERROR + cell.text
    different = _differing(text or "", cell.text)
    if cell.kind == Kind.UNCLEAR:
        return different
    if cell.kind == Kind.NUMBER:
        return _number(text, cell, different, is_date=is_date, since_1904=since_1904)
    if cell.kind == Kind.DAY:
        midnight = _ISO.fullmatch(cell.text)
        if text is None or not _one_text(text, cell.text):
            return different
        return midnight[1] if midnight and midnight[1] != text else None
    return _words(text or "", cell.text, different)


def _words(text: str, careful: str, different: str) -> str | None:
    if not _one_text(text, careful):
        return different
    lost = _bare(text) == _bare(careful) and tidy(text).split() != tidy(careful).split()
    return careful if lost else None  # tabs and line breaks, without which words run together


def _number(
    text: str | None, cell: Cell, different: str, *, is_date: bool, since_1904: bool
) -> str | None:
    value = float(cell.text)
    if is_date:
        when = moment(value, since_1904=since_1904)
        if when is None:
            return NO_DATE
        different = _differing(text or "", date_text(value, since_1904=since_1904) or "")
        day_shown = _SHOWN.fullmatch(text or "")
        if not day_shown:
            return different
        year, month, day, *time = (int(part or 0) for part in day_shown.groups()[:6])
        clock = time[0] * 3600 + time[1] * 60 + time[2]
        other = when.toordinal() * 86_400 + when.hour * 3600 + when.minute * 60 + when.second
        mine = date(year, month, day).toordinal() * 86_400 + clock
        return None if abs(mine - other) <= _ABOUT_A_SECOND else different
    try:
        shown = math.nan if text is None else float(text)
    except ValueError:
        shown = math.nan
    if math.isclose(shown, value, rel_tol=_FIFTEEN_DIGITS):
        return None
    return number_text(value) if abs(shown - value) <= _NINE_DECIMALS else different


def _differing(fast: str, careful: str) -> str:
    """Return what two readers say of a cell; the same text twice would say nothing."""
    same = _bare(fast) == _bare(careful)
    return f"{DIFFERENT}{fast} | {_NO_VALUE if same else careful}"


def _one_text(fast: str, careful: str) -> bool:
    """Whether the fast reader has a text as it stands, or with its escapes resolved."""
    resolved = _ESCAPED.sub(lambda code: chr(int(code[1], 16)), careful)
    return _bare(fast) in {_bare(careful), _bare(resolved)}


def _bare(text: str) -> str:
    """Return a text without its white space, of which readers keep more or less."""
    return "".join(tidy(text).split())


def _unvouched(
    number: int, column: Column, cells: Mapping[tuple[int, int], Cell]
) -> list[ErrorCell]:
    """Return the cells of a column that only the fast reader sees."""
    return [
        ErrorCell(row, number, f"{DIFFERENT}{column[row - 1]} | ")
        for row, code in enumerate(column.codes.tolist(), start=1)
        if code != BLANK and (row, number) not in cells and tidy(column[row - 1])
    ]


def _with_texts(column: Column, texts: Mapping[int, str]) -> Column:
    """Return a column with these texts in the rows at these spots."""
    codes, values = column.codes.copy(), list(column.values)
    for row, text in texts.items():
        codes[row] = len(values)
        values.append(text)
    return Column(codes, tuple(values))
