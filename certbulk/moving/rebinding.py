"""`rebind`: the rows of a report for another chain."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from certbulk.arguments import REPORT, Arguments
from certbulk.core.columns.distinct import Column
from certbulk.core.columns.field import CLEAR, UPDATE
from certbulk.core.columns.fields import BY_NAME
from certbulk.core.kinds import ListChange
from certbulk.core.references.directory import NO_NAMES, Directory
from certbulk.core.references.reference_problems import ids_of
from certbulk.moving.bindings import Bindings
from certbulk.validating import Report, validate

if TYPE_CHECKING:
    from certbulk.reading import SheetColumn

__all__ = ["rebind"]


def rebind(report: Report, mapping: Bindings | Mapping[str, Mapping[int, int | None]]) -> Report:
    """Return the report's rows for another chain: with its ids, every row as a new type.

    The mapping gives the other chain's id for a location, service or category; None leaves it out.
    One that is not in the mapping stays as a name, or as an id if it has no name: the findings then
    report that the other chain does not know it, or has several of that name. The ids of the types
    are blanked, because in the other chain they belong to other types.

    Args:
        report: A report that was validated with the names of the first chain, or has ids only.
        mapping: The result of `bindings`, or `{"locations": {720441: 731001}, …}`.

    Returns:
        A `Report` on the same sheet with rewritten cells; the addresses are still those in the
        file.

    Raises:
        ArgumentError: An argument has the wrong type, such as a sheet instead of a report.

    Example:
        >>> import certbulk as cb
        >>> sandbox = cb.Sandbox()
        >>> with sandbox as here:
        ...     there = sandbox.client(chain_id=706555)
        ...     report = cb.validate(cb.read(cb.export("here.xlsx", here)))
        ...     bound = cb.bindings(report, here, there)
        ...     leave_out = {row.entry.id: None for row in bound.open if row.list == "locations"}
        ...     moved = cb.rebind(report, bound.choose(locations=leave_out))
        >>> moved.columns["salon_ids"][0]
        (731003,)
    """
    takes = Arguments("certbulk.rebind")
    takes.noun("report", report, Report, REPORT)
    takes.noun("mapping", mapping, (Bindings, Mapping), "Give what certbulk.bindings returns.")
    bound = mapping.mapping if isinstance(mapping, Bindings) else mapping
    source = mapping.source if isinstance(mapping, Bindings) else report.directory
    target = mapping.target if isinstance(mapping, Bindings) else None
    sheet = report.sheet
    columns = tuple(
        replace(column, cells=_rebound(column, report, bound, source))
        if column.field and column is sheet.column(column.field)
        else column
        for column in sheet.columns
    )
    digest = hashlib.sha256(f"{sheet.sha256} {bound!r}".encode()).hexdigest()
    moved = replace(sheet, columns=columns, sha256=digest, directory=NO_NAMES)
    return validate(
        moved, directory=target, time_zone=report.asked_zone, now=report.now, progress=False
    )


def _rebound(
    column: SheetColumn,
    report: Report,
    bound: Mapping[str, Mapping[int, int | None]],
    source: Directory,
) -> Column:
    """Return a column's texts for the other chain; a cell that could not be read stays."""
    if column.field == "id":
        return Column.blank(len(report))
    if column.field == "action":
        creates = Column.constant("create", len(report))
        return column.cells.overlaid(creates, column.cells.filled & (report.actions == UPDATE))
    name = BY_NAME[column.field or ""].refers_to
    typed = report.columns.get(column.field or "")
    if not name or typed is None:
        return column.cells
    pairs, listing = bound.get(name, {}), source.listing(name)

    def text(value: Any) -> str | None:
        if isinstance(value, ListChange):
            return value.written(rewritten)
        return CLEAR if value == CLEAR else rewritten(value) or None

    def rewritten(value: Any) -> str:
        parts = []
        for number in ids_of(value):
            entry = listing.entry(number)
            unknown = entry.name if entry and entry.name else str(number)
            to = pairs.get(number, unknown)
            parts += [] if to is None else [str(to)]
        return "; ".join(dict.fromkeys(parts))

    return column.cells.overlaid(typed.map(text), typed.filled)
