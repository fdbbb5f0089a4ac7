"""The files: workbooks and .csv, the same bytes whenever they are written."""

import csv
from collections.abc import Mapping, Sequence
from io import BytesIO, StringIO
from pathlib import Path

from openpyxl import Workbook

from certbulk.core.columns.fields import FIELDS
from tests.timeless import WRITTEN_AT, timeless

from .cells import Cell, exported
from .certificate_types import ROWS
from .pages import Page, fill
from .pasted import PASTED
from .with_errors import (
    FAULTY_ROWS,
    HEADERS_WITH_MISTAKES,
    HIDDEN_COLUMNS,
    NO_ROWS_HEADERS,
    rows_below,
)

__all__ = ["NAMES", "write_samples"]

_MAIN = "certificate_types"


def _types() -> list[Page]:
    headers = [field.label for field in FIELDS]
    rows = [[row.get(field.name) for field in FIELDS] for row in ROWS]
    return [Page(_MAIN, headers, rows, frozen=headers.index("Title") + 1)]


def _with_errors() -> list[Page]:
    names = [field.name for field in FIELDS]
    headers = ["Note", *(field.label for field in FIELDS)]
    rows: list[list[Cell]] = [
        [faulty.note, *map(faulty.cells.get, names)] for faulty in FAULTY_ROWS
    ]
    marked = frozenset(
        (y, names.index(column) + 1)
        for y, faulty in enumerate(FAULTY_ROWS)
        for _, column in faulty.findings
    )
    return [
        Page(
            _MAIN,
            headers,
            rows,
            marked=marked,
            hidden_rows=tuple(y for y, faulty in enumerate(FAULTY_ROWS) if faulty.hidden),
            hidden_columns=tuple(names.index(name) + 1 for name in HIDDEN_COLUMNS),
        ),
        Page(
            "table_errors",
            HEADERS_WITH_MISTAKES,
            rows_below(HEADERS_WITH_MISTAKES, "Amber Card 40", "Coral Card 50"),
            lead="Two mistakes in the headers: Title and Name mean one column, "
            "and there is no Face value.",
        ),
        Page("no_rows", NO_ROWS_HEADERS, [], lead="Headers, and not one row below them."),
    ]


_BOOKS: Mapping[str, Sequence[Page]] = {
    "certificate_types": _types(),
    "with_errors": _with_errors(),
}

_PASTED = "pasted_rows.txt"

NAMES = (*(f"{book}.{ending}" for book in _BOOKS for ending in ("xlsx", "csv")), _PASTED)
"""The names of all files."""


def write_samples(folder: Path) -> list[Path]:
    """Write every file into `folder`, over those that are there, and return their paths."""
    paths = []
    for book, pages in _BOOKS.items():
        for ending, data in (("xlsx", _workbook(pages)), ("csv", _commas(pages[0]))):
            path = folder / f"{book}.{ending}"
            path.write_bytes(data)
            paths.append(path)
    pasted = folder / _PASTED
    pasted.write_bytes(PASTED.encode())
    return [*paths, pasted]


def _workbook(pages: Sequence[Page]) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.creator = "Harbour & Pine Spa"
    book.properties.created = WRITTEN_AT.replace(tzinfo=None)
    for page in pages:
        fill(book.create_sheet(page.name), page)
    written = BytesIO()
    book.save(written)
    return timeless(written.getvalue())


def _commas(page: Page) -> bytes:
    """Return a page as .csv in UTF-8, with the mark by which spreadsheet programs know it."""
    written = StringIO()
    csv.writer(written, lineterminator="\n").writerows(
        [page.headers, *(map(exported, row) for row in page.rows)]
    )
    return written.getvalue().encode("utf-8-sig")
