"""The two sides of a diff: the rows of a sheet or the types of a chain, alike."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import repeat
from typing import TYPE_CHECKING, Any, NamedTuple

from certbulk.api.whole import whole_records
from certbulk.applying.history import service_name
from certbulk.core.columns.distinct import Column
from certbulk.core.columns.field import CLEAR
from certbulk.core.columns.fields import PAYLOAD_FIELDS
from certbulk.core.findings.table_codes import LEFT_OUT, OTHER_TABLES
from certbulk.core.kinds.kind import tidy
from certbulk.core.payload import values_of
from certbulk.planning.live import archived
from certbulk.reading.labels import label_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from certbulk.api import Client
    from certbulk.validating import Report

__all__ = ["Entry", "Side", "side_of_chain", "side_of_report"]

_NOTHING = (None, "", (), CLEAR)


class Entry(NamedTuple):
    """One type, as one side describes it.

    Attributes:
        row: The label of the row in a frame, or its number in a file; None for a live type.
        id: Its id; None for none.
        title: Its title; blank for none.
        values: Its values by field, without blank ones. A cell that cannot be read has its text.
        trouble: Why it cannot be compared; blank if it can.
        archived: Whether it is live and archived: exports leave it out, so nobody misses it.
    """

    row: Any
    id: int | None
    title: str
    values: Mapping[str, Any]
    trouble: str = ""
    archived: bool = False

    def keeps(self, field: str) -> bool:
        """Whether it is a row that keeps the live value of a field: it is blank beside an id."""
        return self.row is not None and self.id is not None and field not in self.values

    @property
    def where(self) -> str:
        """The row in words, or the id of a live type."""
        return f"id {self.id}" if self.row is None else f"row {label_text(self.row)}"


@dataclass(frozen=True, slots=True)
class Side:
    """All types of one side.

    Attributes:
        name: What it is called.
        entries: The types, in its order.
        fields: The fields that it has values for.
        live: Whether it is a chain.
    """

    name: str
    entries: tuple[Entry, ...]
    fields: tuple[str, ...]
    live: bool = False


def side_of_chain(client: Client, *, progress: bool = False) -> Side:
    """Return the live types of a chain, as far as the service lists them.

    Args:
        client: A client for the chain.
        progress: Whether to show a bar while types are read one by one.

    Raises:
        ServiceError: They could not be read.
    """
    records = whole_records(client, client.list(), progress=progress)
    entries = tuple(_live_entry(record) for record in records)
    name = f"chain {client.chain_id} at {service_name(client.service)}"
    return Side(name, entries, tuple(field.name for field in PAYLOAD_FIELDS), live=True)


def _live_entry(record: dict[str, Any]) -> Entry:
    title, values = str(record.get("title") or ""), _filled(values_of(record))
    return Entry(None, record["id"], title, values, archived=archived(record))


def side_of_report(report: Report) -> Side:
    """Return the rows of a sheet, without lines such as totals."""
    there = [field.name for field in PAYLOAD_FIELDS if report.sheet.column(field.name)]
    return Side(report.sheet.source, tuple(_entries(report, there)), tuple(there))


def _entries(report: Report, fields: list[str]) -> Iterator[Entry]:
    sheet = report.sheet
    left_out = {f.row for f in report.all_findings if f.code in LEFT_OUT}
    others = {f.row: str(f) for f in report.all_findings if f.code in OTHER_TABLES}
    labels = sheet.index.tolist() if sheet.labels else sheet.rows.tolist()
    ids = report.columns.get("id", Column.blank(len(report)))
    cells = zip(*(_filled_cells(report, name) for name in fields), strict=True)
    rows = zip(sheet.rows.tolist(), labels, ids, cells if fields else repeat(()), strict=False)
    for position, (row, label, number, own) in enumerate(rows):
        if row in left_out:
            continue
        trouble = others.get(row, "")
        if not isinstance(number, int):
            written = _text(report, "id", position)
            trouble = trouble or (f'"{written}" is not an id.' if written else "")
            number = None  # noqa: PLW2901 (what it is as an id)
        values = {name: value for name, value in zip(fields, own, strict=True) if value is not None}
        yield Entry(label, number, str(values.get("title", "")), values, trouble)


def _filled_cells(report: Report, name: str) -> Column:
    """Return the values of a column; a cell that cannot be read has its text."""
    typed, written = report.columns[name], report.sheet.column(name)
    if written is not None:
        typed = typed.overlaid(written.cells.map(tidy), ~typed.filled)
    return typed.map(lambda value: None if value in _NOTHING else value)


def _text(report: Report, name: str, position: int) -> str:
    column = report.sheet.column(name)
    return tidy(column.cells[position] or "") if column else ""


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in _NOTHING}
