"""Cells of new workbooks: which value a text becomes, and text that stays text."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from textwrap import wrap
from typing import Any

from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ERROR_CODES
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill

from certbulk.core.columns.fields import BY_NAME
from certbulk.core.kinds import NumberText, Text

__all__ = [
    "DATE",
    "DATE_AND_TIME",
    "LINE",
    "LONGEST_TEXT",
    "cell_for",
    "fits",
    "header_cell",
    "lines_of",
    "put_text",
    "table_cell",
    "visible",
    "writable",
]

DATE, DATE_AND_TIME = "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"
"""The formats of dates: the same in every language, and in the right order as text."""

LINE = 15
"""The height of a line, in points."""
_OF_WIDTH = 1.05  # wrapped lines have up to this share of a column's width in characters
_HEADER_FONT = Font(name="Calibri", sz=11, bold=True, color="FFFFFF")
_ERROR_FONT = Font(name="Calibri", sz=11, color="9C0006")
_HEADER_FILL = PatternFill("solid", fgColor="44546A")
_NOT_WRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPE = re.compile(r"_x(?=[0-9A-Fa-f]{4}_)")  # workbooks write characters by number as _x000D_
_TEXT_ONLY = tuple("=+-@")
LONGEST_TEXT = 32_767
"""The maximum length of a cell's text in characters, those beyond the BMP counted as two."""
_TOO_LONG = (
    "This text has {:,} characters, but a cell can hold at most {:,}. It was left out, so that "
    "nobody mistakes a part of it for the whole."
)
_SHORT = 1000  # characters: never too long, even with escapes
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{0,8}[1-9])?")
_DIGITS = 15
_DOUBTFUL = re.compile(r"-?[1-9]\d{0,2}\.\d{3}")  # 1.500 as text is 1.5 or 1500
_DATE = re.compile(r"2[01]\d\d-\d\d-\d\d(?: \d\d:\d\d:\d\d)?")


def cell_for(field: str | None, text: str | None) -> Any:
    """Return the value of a cell for a text: a number or date if it is read as the same text."""
    unknown = field is None and not isinstance(text, NumberText)  # a person's own column
    if text is None or unknown or (field and isinstance(BY_NAME[field].kind, Text)):
        return text
    if _NUMBER.fullmatch(text) and (isinstance(text, NumberText) or not _DOUBTFUL.fullmatch(text)):
        number = float(text) if "." in text else int(text)
        exact = str(number) == text and sum(map(str.isdigit, text)) <= _DIGITS
        return number if exact else text  # programs do not keep -0, nor more than 15 digits
    if _DATE.fullmatch(text):
        try:
            kind = date if len(text) == len("2027-12-31") else datetime
            return kind.fromisoformat(text)
        except ValueError:
            return text
    return text


def header_cell(page: Any, text: str) -> Any:
    """Return a header cell."""
    cell = _text_cell(page, text)
    cell.font, cell.fill = _HEADER_FONT, _HEADER_FILL
    cell.alignment = Alignment(vertical="center")
    return cell


def table_cell(page: Any, value: Any) -> Any:
    """Return what to append: plain values as they are, ambiguous texts as text cells."""
    if isinstance(value, str):
        text = writable(value)
        if text.startswith(_TEXT_ONLY) or text in ERROR_CODES or len(value) > _SHORT:
            return _text_cell(page, value)
        return text
    if isinstance(value, date):
        cell = WriteOnlyCell(page, value)  # type: ignore[arg-type]
        cell.number_format = DATE_AND_TIME if hasattr(value, "hour") else DATE
        return cell
    if isinstance(value, bool):
        return "yes" if value else "no"
    return float(value) if isinstance(value, Decimal) else value


def _text_cell(page: Any, text: str) -> Any:
    cell = WriteOnlyCell(page)
    put_text(cell, text)
    return cell


def put_text(cell: Any, text: str) -> None:
    """Write a text that stays text, whatever it looks like, even when it is edited.

    One that is too long for a cell becomes an error value with a note: a cut text would be valid,
    but wrong.
    """
    if not fits(text):
        cell.value = "#VALUE!"
        cell.font = _ERROR_FONT  # a cell with its own style has its own note
        cell.comment = Comment(_TOO_LONG.format(_length(text), LONGEST_TEXT), "certbulk")
        return
    written = writable(text)
    cell._value = written  # noqa: SLF001 (its setter cuts a text that escapes made longer)
    cell.data_type = "s"
    if written.startswith(_TEXT_ONLY):
        cell.quotePrefix = True


def fits(text: str) -> bool:
    """Whether a cell can hold all of a text."""
    return len(text) <= LONGEST_TEXT // 2 or _length(text) <= LONGEST_TEXT


def _length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def visible(text: str) -> str:
    """Return `text` without characters that a workbook cannot contain."""
    return text if text.isprintable() else _NOT_WRITABLE.sub("", text)


def writable(text: str) -> str:
    """Return `text` as `visible` does, with escapes for what would be read as an escape."""
    if "_x" in text:
        text = _ESCAPE.sub("_x005F_x", text)
    # In XML, an unescaped carriage return becomes a line feed.
    return visible(text).replace("\r", "_x000D_")


def lines_of(text: str, width: float) -> int:
    """Return the number of lines of a text in a column of this width, in characters."""
    room = max(1, int(width * _OF_WIDTH))
    return max(1, sum(len(wrap(line, room)) or 1 for line in text.split("\n")))
