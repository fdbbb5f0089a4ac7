"""`export`: the live types as a workbook to edit and apply."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from certbulk.api import Client
from certbulk.api.directories import directory
from certbulk.arguments import CLIENT, Arguments
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
from certbulk.making.input_workbook import cell_text, write_input_workbook
from certbulk.planning.live import archived
from certbulk.settings import time_zone as zone_called
from certbulk.validating.places import parser_of
from certbulk.words.vocabulary_files import shipped
from certbulk.workbook import check_target, fits

if TYPE_CHECKING:
    from datetime import tzinfo
    from pathlib import Path

    from certbulk.core.columns.field import Field
    from certbulk.core.places.directory import Directory

__all__ = ["Exported", "export", "exported"]


class Exported(NamedTuple):
    """What was written.

    Attributes:
        path: The workbook.
        types: The number of types in it.
        archived: The number of archived types, which are not in it.
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

    It is the template's workbook, filled in, with the chain's names instead of ids. A cell is blank
    if the type does not use the field or the field is empty. If you apply the workbook without a
    change, every row is `unchanged`. An expiration date is a date if it means the live moment in
    `time_zone` (2031-12-31 for the end of that day), else a text with an offset.

    Args:
        path: Where to write; the file extension is .xlsx.
        client: The chain.
        time_zone: The zone of dates, by name or as a tzinfo: the one in which the workbook will be
            validated.
        overwrite: Whether to replace an existing file.

    Returns:
        The path.

    Raises:
        SettingsError: There is no such time zone, or the client was closed.
        ArgumentError: An argument is of another kind, such as a client instead of a path.
        ServiceError: The live types could not be read.
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
    """Do what `export` does, and return the numbers of types, too."""
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
    """Return the directory with the ids of these records as known: they are live."""
    lists = dict(names.lists)
    for field in REFERRING:
        values = (field.kind.load(record.get(field.name)) for record in records)
        carried = frozenset(n for value in values for n in ids_of(value) if isinstance(n, int))
        listing = names.listing(field.refers_to)
        lists[str(field.refers_to)] = replace(listing, carried=carried)
    return replace(names, lists=lists)


def _cells(values: dict[str, Any], names: Directory) -> dict[str, Any]:
    """Return the values for the cells of a type: fields that it uses, that a cell can hold."""
    return {
        field.name: values[field.name]
        for field in PAYLOAD_FIELDS
        if field.name in values
        and field.used(values)
        and values[field.name] not in (None, "", (), CLEAR)
        and _survives(field, values[field.name], names)
    }


def _survives(field: Field, value: Any, names: Directory) -> bool:
    """Whether a live value is read back from a cell as the same value.

    If not (a title longer than certbulk sends, too many decimals), the cell stays blank, which
    keeps the live value.
    """
    text = cell_text(field, value, names)
    read = parser_of(field, names, shipped(), UTC)(text)
    return fits(text) and not isinstance(read, Problem) and bool(field.kind.same(read, value))


def _sound(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows without cells that the rules would refuse: blank keeps the live value."""
    columns = {
        field.name: Column.of(row.get(field.name) for row in rows) for field in PAYLOAD_FIELDS
    }
    nothing = np.zeros(len(rows), dtype=np.bool_)
    judged = Rows(columns, nothing, datetime.now(UTC))
    for rule in RULES:
        if CODES[rule.code].severity is Severity.ERROR:
            for position in positions(rule.finds(judged)):
                for name in (rule.at, *rule.uses):
                    rows[position].pop(name, None)
    return rows
