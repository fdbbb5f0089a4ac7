"""`export`: what is live, as a workbook that is a valid input."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from certbulk.core.fields import ID, PAYLOAD_FIELDS
from certbulk.core.payload import missing_in_record, values_of
from certbulk.making.page import write_input_workbook

if TYPE_CHECKING:
    from pathlib import Path

    from certbulk.api import Client

__all__ = ["export"]


def export(client: Client, path: str | Path, *, overwrite: bool = False) -> Path:
    """Write the chain's live types as a workbook to edit and apply. Archived ones are left out.

    Blank cells are fields that the type does not use or that are empty. Applied unchanged, every
    row is `unchanged`.

    Args:
        client: The chain.
        path: Where to write; the ending is .xlsx.
        overwrite: Whether a file that is there may be replaced.

    Returns:
        The path.

    Raises:
        ServiceError: What is live could not be read.
        OutputError: The file exists and `overwrite` is false, or it cannot be written.

    Example:
        >>> import certbulk as cb
        >>> with cb.Sandbox() as client:
        ...     path = cb.export(client, "live.xlsx")
        >>> len(cb.read(path))
        8
    """
    rows = []
    for record in client.list():
        if missing_in_record(record):
            record = client.get(record["id"])  # noqa: PLW2901 (the whole of the same record)
        if not record.get("is_archived"):
            rows.append({ID.name: record["id"], **_cells(values_of(record))})
    return write_input_workbook(path, rows, overwrite=overwrite)


def _cells(values: dict[str, Any]) -> dict[str, Any]:
    """Return what to write into the cells of a type: what it uses and has."""
    return {
        field.name: values[field.name]
        for field in PAYLOAD_FIELDS
        if field.name in values and field.used(values) and values[field.name] not in (None, "", ())
    }
