"""Columns that were made of others, made again after the others were changed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from certbulk.core.columns.headers import How
from certbulk.reading.extension.cells import RESTRICTION, TERM
from certbulk.reading.extension.pasted_rows import taken_apart
from certbulk.reading.headers.apply_mapping import arranged
from certbulk.reading.headers.units import units_in_headers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from certbulk.reading.sheet import Sheet
    from certbulk.reading.sheet_column import SheetColumn

__all__ = ["remade"]

_FIRST_OF = {"item_type_id": RESTRICTION, "expiration_type_id": TERM}


def remade(sheet: Sheet) -> Sheet:
    """Return the sheet with what a mapping or a format makes of its columns as they are now.

    A mapping makes its own again; a sheet that came back from a saved plan has lost its mapping,
    and keeps what was made.
    """
    sources = [column for column in sheet.columns if not column.made]
    again_made = {How.PLACE, How.TERM, How.UNIT}
    kept = [column for column in sheet.columns if column.made and column.how not in again_made]
    of_file = [column for column in sources if column.number is not None]
    again = arranged(of_file, sheet.vocabulary, sheet.rows, sheet.header_row).columns
    made = [column for column in again if column.made] or kept
    columns = (*sources, *_pasted(sheet, sources), *made)
    return replace(sheet, columns=(*columns, *units_in_headers(columns, sheet.vocabulary)))


def _pasted(sheet: Sheet, sources: list[SheetColumn]) -> Iterator[SheetColumn]:
    """Yield the columns that those of the booster format are taken apart into."""
    by_number = {column.number: column for column in sources}
    for column in sheet.columns:
        apart = column.made and column.how in {How.PLACE, How.TERM}
        if apart and column.field in _FIRST_OF:
            source = by_number[column.number]
            for part in taken_apart(_FIRST_OF[column.field], source, sheet.vocabulary):
                yield replace(part, how=column.how)
