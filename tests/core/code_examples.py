"""An example of each finding code: a sheet that has it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import openpyxl
import pandas as pd

from certbulk import Sheet, read
from certbulk.core.columns.fields import FIELDS
from certbulk.core.findings.reference_codes import REFERENCE_CODES
from certbulk.core.references.directory import Directory
from tests.core.chain import CHAIN, SILENT_CHAIN

if TYPE_CHECKING:
    from pathlib import Path

    from certbulk.core.findings.code import Code

__all__ = ["CHAINS", "NOW", "OF_FILES", "example_sheet"]

NOW = datetime(2026, 1, 1, tzinfo=UTC)
EXAMPLE = {field.name: field.example for field in FIELDS}
CHAINS = {code.name: CHAIN for code in REFERENCE_CODES} | {"list_unavailable": SILENT_CHAIN}
CHAINS |= {
    "no_such_time": Directory(time_zones=("Europe/Riga",)),
    "time_zone_differs": Directory(time_zones=("Europe/Lisbon", "Europe/Riga")),
}

OF_FILES = {
    "hidden_sheet",
    "hidden_rows",
    "hidden_column",
    "unticked_rows",
    "other_sheets",
    "unread_list_row",
    "list_id_shared",
    "repeated_index",
    "amounts_rounded",
    "labels_as_text",
    "encoding_guessed",
    "encoding_unknown",
    "damaged_bytes",
    "pasted_rows",
    "rows_above",
    "table_above",
    "lines_above",
    "repeated_header",
    "ragged_row",
    "hint_row",
    "ignored_column_missing",
    "table_below",
}
"""Codes about how a file was made, of which no row can be an example: tests/corpus has files."""


def example_sheet(code: Code, folder: Path) -> Sheet:
    """Return the sheet of a code's example: its rows on top of the columns' own examples."""
    rows = [{**EXAMPLE, **row} for row in code.example]
    dropped = {name for row in code.example for name, text in row.items() if text is None}
    headers = list(dict.fromkeys([*EXAMPLE, *(n for r in rows for n in r)]))
    headers = [header for header in headers if header not in dropped]
    cells = [[row.get(header) or None for header in headers] for row in rows]
    frame = pd.DataFrame(cells, columns=headers, dtype=object)
    if code.name == "blank_in_template":
        template = {"title": "{balance} {online_sale_title}"}
        return read(frame, mapping={"template": template, "ignore": ["title"]})
    if code.name != "formula_without_value":
        return read(frame)
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.append(headers)
    for line in cells:
        page.append(line)
    book.save(folder / "example.xlsx")
    return read(folder / "example.xlsx")
