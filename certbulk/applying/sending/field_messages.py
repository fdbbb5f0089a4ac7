"""The service's messages by field, each against the cell of the row that it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certbulk.core.columns.headers import field_of

if TYPE_CHECKING:
    from certbulk.errors import ServiceError
    from certbulk.reading import Sheet

__all__ = ["at_cells"]


def at_cells(sheet: Sheet, row: int, error: ServiceError) -> str:
    """Return the service's messages by field, each against the cell it is about."""
    parts = []
    for name, texts in error.fields.items():
        field = _field_called(name)
        where = " ".join(p for p in (field and sheet.address(field, row), field) if p)
        if where:
            parts.append(f"{where}: {', '.join(texts)}")
    return "; ".join(parts) + ". " if parts else ""


def _field_called(name: str) -> str | None:
    """Return the column that the service's name for a field means; `salon_ids.0.id` and its kind.

    Parts are left off at the end, which number an entry of a list, until a column is known.
    """
    parts = name.replace("[", ".").replace("]", "").split(".")
    for length in range(len(parts), 0, -1):
        field = field_of(".".join(parts[:length]))
        if field:
            return field
    return None
