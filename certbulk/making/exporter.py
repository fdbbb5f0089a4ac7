"""`export`: what is live, as a workbook that is a valid input."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from certbulk.api.directories import directory
from certbulk.core.columns.distinct import Column, positions
from certbulk.core.columns.field import CLEAR
from certbulk.core.columns.fields import ID, PAYLOAD_FIELDS
from certbulk.core.findings.catalogue import CODES
from certbulk.core.findings.code import Severity
from certbulk.core.findings.rules import RULES, Rows
from certbulk.core.kinds import Problem
from certbulk.core.payload import missing_in_record, values_of
from certbulk.core.places.reference_problems import ids_of
from certbulk.core.places.references import REFERRING
from certbulk.making.page import cell_text, check_target, write_input_workbook
from certbulk.planning.live import archived
from certbulk.settings import time_zone as zone_called
from certbulk.validating.places import parser_of
from certbulk.words.vocabulary_files import shipped
from certbulk.workbook import fits

if TYPE_CHECKING:
    from datetime import tzinfo
    from pathlib import Path

    from certbulk.api import Client
    from certbulk.core.columns.field import Field
    from certbulk.core.places.directory import Directory

__all__ = ["Exported", "export", "exported"]


class Exported(NamedTuple):
    """What was written.

    Attributes:
        path: The workbook.
        types: How many types are in it.
        archived: How many the service lists that are not in it, as they are archived.
    """

    path: Path
    types: int
    archived: int


def export(
    client: Client,
    path: str | Path,
    *,
    time_zone: str | tzinfo = "UTC",
    overwrite: bool = False,
) -> Path:
    """Write the chain's live types as a workbook to edit and apply. Archived ones are left out.

    It is the template's workbook, filled: with the chain's names to pick and in place of ids.
    Blank cells are fields that the type does not use or that are empty. Applied unchanged, every
    row is `unchanged`. An expiration date is a date where it is read in `time_zone` as the very
    moment that is live (2031-12-31 for the end of that day), and a text with its offset elsewhere.

    Args:
        client: The chain.
        path: Where to write; the ending is .xlsx.
        time_zone: The zone in which dates are written, by name or as a tzinfo: that in which the
            workbook will be validated.
        overwrite: Whether a file that is there may be replaced.

    Returns:
        The path.

    Raises:
        SettingsError: There is no such time zone.
        ServiceError: What is live could not be read.
        OutputError: The file exists and `overwrite` is false, or it cannot be written.

    Example:
        >>> import certbulk as cb
        >>> with cb.Sandbox() as client:
        ...     path = cb.export(client, "live.xlsx")
        >>> len(cb.read(path))
        8
    """
    return exported(client, path, time_zone=time_zone, overwrite=overwrite).path


def exported(
    client: Client, path: str | Path, *, time_zone: str | tzinfo, overwrite: bool
) -> Exported:
    """Write what `export` writes, and return how much that is."""
    zone = zone_called(time_zone) if isinstance(time_zone, str) else time_zone
    check_target(path, overwrite=overwrite)
    listed = list(client.list())
    records = [
        client.get(record["id"]) if missing_in_record(record) else record
        for record in listed
        if not archived(record)
    ]
    names = _with_carried(directory(client), records)
    rows = [{ID.name: record["id"], **_cells(values_of(record), names)} for record in records]
    written = write_input_workbook(
        path, _sound(rows), directory=names, zone=zone, overwrite=overwrite
    )
    return Exported(written, len(rows), len(listed) - len(rows))


def _with_carried(names: Directory, records: list[dict[str, Any]]) -> Directory:
    """Return the directory that knows the ids of these records too: they are live."""
    lists = dict(names.lists)
    for field in REFERRING:
        values = (field.kind.load(record.get(field.name)) for record in records)
        carried = frozenset(n for value in values for n in ids_of(value) if isinstance(n, int))
        listing = names.listing(field.refers_to)
        lists[str(field.refers_to)] = replace(listing, carried=carried)
    return replace(names, lists=lists)


def _cells(values: dict[str, Any], names: Directory) -> dict[str, Any]:
    """Return what to write into the cells of a type: what it uses, has, and cells can hold."""
    return {
        field.name: values[field.name]
        for field in PAYLOAD_FIELDS
        if field.name in values
        and field.used(values)
        and values[field.name] not in (None, "", (), CLEAR)
        and _survives(field, values[field.name], names)
    }


def _survives(field: Field, value: Any, names: Directory) -> bool:
    """Tell whether a live value comes back the same from a cell.

    One that does not (a title longer than certbulk sends, more decimals than it knows) is left
    blank, which keeps it as it is.
    """
    text = cell_text(field, value, names)
    read = parser_of(field, names, shipped(), UTC)(text)
    return fits(text) and not isinstance(read, Problem) and bool(field.kind.same(read, value))


def _sound(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows without cells that the rules would refuse: those stay as they are live."""
    columns = {
        field.name: Column.of(row.get(field.name) for row in rows) for field in PAYLOAD_FIELDS
    }
    nothing = np.zeros(len(rows), dtype=np.bool_)
    judged = Rows(columns, nothing, datetime.now(UTC))
    for rule in RULES:
        if CODES[rule.code].severity is Severity.ERROR:
            for place in positions(rule.finds(judged)):
                for name in (rule.at, *rule.uses):
                    rows[place].pop(name, None)
    return rows
