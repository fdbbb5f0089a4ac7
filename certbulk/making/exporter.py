"""`export`: what is live, as a workbook that is a valid input."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from certbulk.api import Client
from certbulk.arguments import CLIENT, Arguments
from certbulk.core.code import Severity
from certbulk.core.codes import CODES
from certbulk.core.columns import Column, positions
from certbulk.core.field import CLEAR
from certbulk.core.fields import ID, PAYLOAD_FIELDS
from certbulk.core.kinds import Problem
from certbulk.core.payload import missing_in_record, values_of
from certbulk.core.reference_problems import ids_of
from certbulk.core.references import REFERRING
from certbulk.core.rules import RULES, Rows
from certbulk.making.page import cell_text, check_target, write_input_workbook
from certbulk.naming import directory
from certbulk.planning.live import archived
from certbulk.settings import time_zone as zone_called
from certbulk.validating.places import parser_of
from certbulk.words import shipped
from certbulk.workbook import fits

if TYPE_CHECKING:
    from datetime import tzinfo
    from pathlib import Path

    from certbulk.core.directory import Directory
    from certbulk.core.field import Field

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
    path: str | Path,
    client: Client,
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
        path: Where to write; the ending is .xlsx.
        client: The chain.
        time_zone: The zone in which dates are written, by name or as a tzinfo: that in which the
            workbook will be validated.
        overwrite: Whether a file that is there may be replaced.

    Returns:
        The path.

    Raises:
        SettingsError: There is no such time zone, or the client was closed.
        ArgumentError: An argument is of another kind, such as a client instead of a path.
        ServiceError: What is live could not be read.
        OutputError: The file exists and `overwrite` is false, or it cannot be written.

    Example:
        >>> import certbulk as cb
        >>> with cb.Sandbox() as client:
        ...     path = cb.export("live.xlsx", client)
        >>> len(cb.read(path))
        8
    """
    takes = Arguments("certbulk.export")
    takes.path("path", path)
    takes.noun("client", client, Client, CLIENT)
    takes.time_zone("time_zone", time_zone)
    takes.flags(overwrite=overwrite)
    return exported(path, client, time_zone=time_zone, overwrite=overwrite).path


def exported(
    path: str | Path, client: Client, *, time_zone: str | tzinfo, overwrite: bool
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
