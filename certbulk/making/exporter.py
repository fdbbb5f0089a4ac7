"""`export`: the live types as a workbook to edit and apply."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from certbulk.api import Client
from certbulk.api.directories import directory
from certbulk.api.whole import whole_records
from certbulk.arguments import CLIENT, Arguments
from certbulk.core.columns.distinct import Column, positions
from certbulk.core.columns.field import CLEAR
from certbulk.core.columns.fields import BY_NAME, ID, PAYLOAD_FIELDS
from certbulk.core.columns.read_only import READ_ONLY, read_only_values
from certbulk.core.findings.catalogue import CODES
from certbulk.core.findings.code import Severity
from certbulk.core.findings.rules import RULES, Rows
from certbulk.core.kinds import Problem
from certbulk.core.payload import values_of
from certbulk.core.references.reference_problems import ids_of
from certbulk.core.references.references import REFERRING
from certbulk.making.input_workbook import cell_text, write_input_workbook
from certbulk.planning.type_filter import TypeFilter
from certbulk.settings import time_zone as zone_called
from certbulk.validating.moments import zone_of
from certbulk.validating.references import parser_of
from certbulk.words.vocabulary_files import shipped
from certbulk.workbook import check_target, fits

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import tzinfo
    from pathlib import Path

    from certbulk.core.columns.field import Field
    from certbulk.core.references.directory import Directory

__all__ = ["COLUMNS", "Exported", "export", "live_types"]

COLUMNS = (ID.name, *(field.name for field in PAYLOAD_FIELDS), *(one.name for one in READ_ONLY))
"""The names of the columns of an export that is not a workbook."""


class Exported(NamedTuple):
    """The live types, as they are written into an export.

    Attributes:
        rows: For each type its typed values by column, and those that are only shown.
        names: The names of the chain's locations, services and categories.
        archived: The number of archived types that were left out.
    """

    rows: list[dict[str, Any]]
    names: Directory
    archived: int

    def to_excel(self, path: str | Path, *, zone: tzinfo | None, overwrite: bool) -> Path:
        """Write the workbook to edit and apply."""
        return write_input_workbook(
            path,
            self.rows,
            directory=self.names,
            zone=zone or zone_of(self.names) or UTC,
            read_only=True,
            overwrite=overwrite,
        )

    @property
    def records(self) -> list[dict[str, Any]]:
        """The types by the names of columns, with values as the service's JSON has them."""
        return [
            {
                name: BY_NAME[name].kind.dump(value) if name in BY_NAME else value
                for name, value in row.items()
            }
            for row in self.rows
        ]


def export(
    path: str | Path,
    client: Client,
    *,
    title: str = "",
    location: int | None = None,
    issued: bool | None = None,
    archived: bool = False,
    ids: Iterable[int] | None = None,
    time_zone: str | tzinfo | None = None,
    overwrite: bool = False,
) -> Path:
    """Write the chain's live types as a workbook to edit and apply. Archived ones are left out.

    Its last columns, such as released_total, are only shown: nothing is read from them.

    It is the template's workbook, filled in, with the chain's names instead of ids. A cell is blank
    if the type does not use the field or the field is empty. If you apply the workbook without a
    change, every row is `unchanged`. An expiration date is a date if it means the live moment in
    `time_zone` (2031-12-31 for the end of that day), else a text with an offset.

    Args:
        path: Where to write; the file extension is .xlsx.
        client: The chain.
        title: Only types with this in their titles, whatever the case.
        location: Only types that are valid at the location with this id.
        issued: Only types of which certificates were issued (True), or none were (False).
        archived: Only archived types, instead of those that are not.
        ids: Only types with these ids, such as the index of a frame. Others are not live: they
            are left out.
        time_zone: The zone of dates, by name or as a tzinfo: the one in which the workbook will be
            validated. By default, that of the client's settings, else that of the chain's locations
            if they agree, else UTC.
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
        ...     spa = cb.export("spa.xlsx", client, title="spa", issued=False)
        >>> len(cb.read(path)), len(cb.read(spa))
        (8, 1)
    """
    takes = Arguments("certbulk.export")
    takes.path("path", path)
    takes.noun("client", client, Client, CLIENT)
    takes.time_zone("time_zone", time_zone)
    takes.text("title", title)
    takes.whole_number("location", location, optional=True)
    if issued is not None:
        takes.flags(issued=issued)
    if ids is not None:
        takes.whole_numbers("ids", ids, "a list of ids, such as [288901, 288902]")
    takes.flags(archived=archived, overwrite=overwrite)
    zone = zone_called(time_zone) if isinstance(time_zone, str) else time_zone
    check_target(path, overwrite=overwrite)
    wanted = TypeFilter(title, location, issued, archived, None if ids is None else frozenset(ids))
    return live_types(client, wanted).to_excel(path, zone=zone, overwrite=overwrite)


def live_types(client: Client, wanted: TypeFilter) -> Exported:
    """Return the live types that are wanted, as they are written into an export.

    Raises:
        ServiceError: The live types could not be read.
    """
    chosen, left_out = wanted.of(client.list())
    records = whole_records(client, chosen, progress=True)
    names = _with_carried(directory(client), records)
    rows = [
        {
            ID.name: record["id"],
            **_cells(values_of(record), names),
            **read_only_values(record),
        }
        for record in records
    ]
    return Exported(_sound(rows), names, left_out)


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
