"""The examples of a template: left out while they are as they were."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certbulk.core.columns.distinct import positions
from certbulk.core.columns.example_rows import is_example, is_unchanged
from certbulk.core.columns.fields import ACTION

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import tzinfo

    from certbulk.reading import Sheet

__all__ = ["changed_examples"]


def changed_examples(sheet: Sheet, zone: tzinfo) -> Iterator[int]:
    """Yield the positions of the rows that are marked as an example and are none any more."""
    actions = sheet.column(ACTION.name)
    if actions is None:
        return
    for place in positions(actions.cells.where(is_example)):
        row = {column.field: column.cells[place] or "" for column in sheet.columns if column.field}
        if not is_unchanged(row, zone):
            yield place
