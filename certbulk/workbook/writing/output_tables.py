"""One table in each format that can be written: the functions of `WRITTEN_FORMATS`.

A .csv file has no formulas: a text that a spreadsheet program would take for one begins with an
apostrophe, which certbulk takes out when it reads the file.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO
from typing import TYPE_CHECKING, Any

from certbulk.core.cleaning import escaped_controls, harmless_cell

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Self

    from certbulk.core.file_formats import WrittenFormat

__all__ = [
    "OutputTable",
    "csv_bytes",
    "json_bytes",
    "parquet_bytes",
    "table_bytes",
    "xlsx_bytes",
]


@dataclass(frozen=True, slots=True)
class OutputTable:
    """A table to write.

    Attributes:
        name: What it has, as the name of a sheet.
        headers: The headers.
        rows: The rows: texts, numbers, truths, dates, lists and None.
    """

    name: str
    headers: Sequence[str]
    rows: Sequence[Sequence[Any]]

    @classmethod
    def of(cls, name: str, records: Sequence[Mapping[str, Any]], headers: Sequence[str]) -> Self:
        """Return a table of records; a value that a record lacks is None."""
        return cls(name, headers, [[record.get(key) for key in headers] for record in records])


def table_bytes(table: OutputTable, written: WrittenFormat) -> bytes:
    """Return a table in a format."""
    data: bytes = globals()[written.writer](table)
    return data


def csv_bytes(table: OutputTable) -> bytes:
    """Return a table as .csv in UTF-8: lists with semicolons, blanks empty, dates as ISO 8601."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for row in (table.headers, *table.rows):
        writer.writerow([_harmless(_plain(value)) for value in row])
    return text.getvalue().encode(errors="replace")


def json_bytes(table: OutputTable) -> bytes:
    """Return a table as a JSON list with an object for each row."""
    headers = _unique(table.headers)
    rows = [dict(zip(headers, map(_json, row), strict=True)) for row in table.rows]
    text = escaped_controls(json.dumps(rows, ensure_ascii=False, indent=2, default=str))
    return f"{text}\n".encode(errors="backslashreplace")


def parquet_bytes(table: OutputTable) -> bytes:
    """Return a table as parquet; a column with values of several types has texts."""
    import pyarrow as pa  # noqa: PLC0415 (only this format waits for it)
    import pyarrow.parquet  # noqa: PLC0415

    columns = []
    for index in range(len(table.headers)):
        cells = [_typed(row[index]) for row in table.rows]
        try:
            columns.append(pa.array(cells))
        except (pa.ArrowInvalid, pa.ArrowTypeError):
            texts = [None if cell is None else str(_plain(cell)) for cell in cells]
            columns.append(pa.array(texts))
    target = BytesIO()
    pyarrow.parquet.write_table(pa.table(columns, names=_unique(table.headers)), target)
    return target.getvalue()


def xlsx_bytes(table: OutputTable) -> bytes:
    """Return a table as a workbook with one sheet."""
    from certbulk.workbook.writing.saving import save_book  # noqa: PLC0415 (openpyxl is slow)
    from certbulk.workbook.writing.tables import TableSheet, book_of  # noqa: PLC0415

    rows = [[_cell(value) for value in row] for row in table.rows]
    target = BytesIO()
    save_book(book_of([TableSheet(table.name, table.headers, rows)]), target)
    return target.getvalue()


def _unique(headers: Sequence[str]) -> list[str]:
    """Return headers of which no two are the same: a sheet may have one twice."""
    seen: dict[str, int] = {}
    unique = []
    for header in headers:
        seen[header] = seen.get(header, 0) + 1
        unique.append(header if seen[header] == 1 else f"{header} ({seen[header]})")
    return unique


def _plain(value: Any) -> Any:
    """Return a value as a cell of text has it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple) and not any(isinstance(one, dict) for one in value):
        return "; ".join(map(str, value))
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, ensure_ascii=False, default=str)
    return value


def _harmless(value: Any) -> Any:
    return harmless_cell(value) if isinstance(value, str) else value


def _json(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.isoformat() if isinstance(value, date) else value


def _typed(value: Any) -> Any:
    """Return a value for a typed column: numbers as such, objects as JSON."""
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, str):
        return value.encode(errors="replace").decode()  # Arrow takes no half of one
    return _json(value) if isinstance(value, Decimal) else value


def _cell(value: Any) -> Any:
    """Return a value for a cell: numbers and dates without an offset as such."""
    if isinstance(value, Decimal):
        return _json(value)
    if isinstance(value, date) and not getattr(value, "tzinfo", None):
        return value
    return _plain(value)
