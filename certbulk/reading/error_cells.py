"""Broken cells: errors of the spreadsheet, and formulas without their result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certbulk.core.columns.distinct import positions
from certbulk.core.findings.finding import found, quoted
from certbulk.reading.formats.error_texts import doubtful, error_code_of
from certbulk.reading.formats.grid import DIFFERENT, ERROR, NO_RESULT, OBJECT

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from certbulk.core.findings.finding import Finding
    from certbulk.reading.sheet_column import SheetColumn

__all__ = ["ERROR_CELLS", "cell_findings"]

ERROR_CELLS = {
    "error_cell": "{} is an error of the spreadsheet. Repair the formula, or type the value.",
    "formula_without_value": "{} has no result: the file was saved without calculating. "
    "Open it in a spreadsheet program and save it, or type the value.",
    "letters_lost": "{} has letters that were lost earlier; they are shown as \ufffd. Type the "
    "text again, or save the file again from its source.",
    "object_in_cell": "{} is not a value of a cell. Make it a text, a number, a date or a list.",
    "readers_differ": "Two ways of reading this cell differ ({}). Open the file in a spreadsheet "
    "program and save it as .xlsx, or type the value.",
}
"""The message of each code about a broken cell."""


def cell_findings(columns: Sequence[SheetColumn], rows: NDArray[np.int64]) -> list[Finding]:
    """Return findings for error cells and formulas without a value in known columns."""
    findings = []
    for column in columns:
        if column.field is None or not _any_doubtful(column.cells.values):
            continue
        for position in positions(column.cells.where(lambda text: error_code_of(text) is not None)):
            text = column.cells[position]
            code = error_code_of(text) or ""
            shown = text
            for prefix in (NO_RESULT, DIFFERENT, OBJECT, ERROR):
                shown = shown.removeprefix(prefix)
            row = int(rows[position])
            findings.append(
                found(
                    code,
                    ERROR_CELLS[code].format(quoted(shown)),
                    row=row,
                    cell=column.address(row),
                    field=column.field,
                    value=shown,
                )
            )
    return findings


def _any_doubtful(texts: Sequence[str]) -> bool:
    """Whether one of the texts may be an error cell; fast for a million."""
    return doubtful("\n".join(texts)) and any(map(doubtful, texts))
