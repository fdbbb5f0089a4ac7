"""Cells: what a person typed, how a workbook shows it, and what a .csv has of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

__all__ = ["Cell", "Formula", "Row", "exported", "number_format"]


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that nobody has calculated, and what a spreadsheet program makes of it."""

    text: str
    result: int


Cell: TypeAlias = str | float | bool | date | Formula | None
"""A date is a real date cell, a bool a real TRUE or FALSE; a text stays the text it is."""

Row: TypeAlias = Mapping[str, Cell]
"""Cells by the canonical name of their column."""


def number_format(cell: Cell) -> str:
    """Return the format in which a workbook shows the cell."""
    if isinstance(cell, bool):
        return '"TRUE";"TRUE";"FALSE"'  # else some programs show 1 and 0
    if isinstance(cell, datetime):
        return "yyyy-mm-dd hh:mm"
    if isinstance(cell, date):
        return "yyyy-mm-dd"
    if isinstance(cell, float) and round(cell, 2) == cell:
        return "0.00"
    return "0" if isinstance(cell, int) else "General"


def exported(cell: Cell) -> str:  # noqa: PLR0911 (a case for each type)
    """Return what a spreadsheet program writes into a .csv: the cell as it is shown."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M}"
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, Formula):
        return str(cell.result)
    if isinstance(cell, float) and number_format(cell) == "0.00":
        return f"{cell:.2f}"
    return str(cell)
