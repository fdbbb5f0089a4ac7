"""`change`: the rows that a condition and assignments in words make of the live types."""

from __future__ import annotations

import hashlib
from datetime import UTC
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

import numpy as np

from certbulk.api import Client
from certbulk.api.directories import directory
from certbulk.api.whole import whole_records
from certbulk.arguments import CLIENT, Arguments
from certbulk.changing.assignments import assignment_of, bound, require_once
from certbulk.changing.cells import cells_of
from certbulk.changing.columns import ARCHIVED
from certbulk.changing.conditions import comparisons_in, condition_of
from certbulk.changing.matching import LiveType, Reading, matcher
from certbulk.core.cleaning import clean
from certbulk.core.columns.distinct import Column
from certbulk.core.columns.fields import BY_NAME, ID
from certbulk.core.columns.headers import How
from certbulk.core.columns.read_only import CURRENT_TITLE
from certbulk.core.file_formats import CHANGE
from certbulk.errors import SettingsError
from certbulk.planning.live import archived
from certbulk.reading.sheet import Sheet
from certbulk.reading.sheet_column import SheetColumn
from certbulk.settings import time_zone as zone_called
from certbulk.validating import Report, validate
from certbulk.validating.moments import zone_of
from certbulk.words.vocabulary_files import shipped

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime, tzinfo

    from certbulk.changing.assignments import Assignment
    from certbulk.changing.conditions import Condition
    from certbulk.core.references.directory import Directory

__all__ = ["change"]

_LONGEST_SOURCE = 200


def change(
    where: str,
    changes: str | Collection[str],
    client: Client,
    *,
    round: float | str | Decimal | None = None,  # noqa: A002 (what people call it)
    retitle: bool = False,
    time_zone: str | tzinfo | None = None,
    now: datetime | None = None,
) -> Report:
    """Return the rows that change live types without a sheet. Nothing is sent.

    The report is like that of a sheet: `plan` it, look at the plan, `apply` it. The language of
    conditions and changes is in the reference, page "Conditions and changes".

    Args:
        where: Which types: a condition such as "location = Downtown and not issued", or "all".
            Archived types are left out, unless the condition names `archived`.
        changes: What becomes of them: one or several of "balance*=1.07", "salon_ids+=Airport",
            "salon_ids-=720441", "category_id=blank".
        client: A client for the chain.
        round: Calculated amounts are rounded to a multiple of this, half up; by default to a cent.
        retitle: Whether titles that name the old face value get the new one. A title that names it
            twice is left alone, and the plan warns.
        time_zone: The time zone of dates without an offset, by name or as a tzinfo. By default,
            that of the client's settings, else that of the chain's locations if they agree, else
            UTC.
        now: The time that dates are compared with; the current time by default.

    Returns:
        A `Report` with one row for each type, in the order of the service. Its cells have the new
        values, or what is added to a list and removed from it.

    Raises:
        SettingsError: The condition or a change cannot be understood; the message points at the
            word. Or `round` is not an amount, or would make an amount zero.
        ServiceError: The live types or the names could not be read.
        ArgumentError: An argument has the wrong type, such as a client instead of a condition.

    Example:
        >>> import certbulk as cb
        >>> rise = "balance*=1.07"
        >>> with cb.Sandbox() as client:
        ...     report = cb.change("balance at most 100 and not issued", rise, client, round=5)
        ...     plan = cb.plan(report, client)
        >>> [(d.title, str(d.changes["balance"][1])) for d in plan.decisions]
        [('Gift Certificate 50', '55'), ('Gift Certificate 100', '105'), ('New Year 80', '85')]
    """
    takes = Arguments("certbulk.change")
    takes.text("where", where, 'Give a condition, such as "not issued".')
    several = [changes] if isinstance(changes, str) else changes
    takes.texts("changes", several, 'a text or several, such as ["balance*=1.07"]')
    takes.noun("client", client, Client, CLIENT)
    takes.flags(retitle=retitle)
    takes.time_zone("time_zone", time_zone)
    takes.moment("now", now)
    asked = zone_called(time_zone) if isinstance(time_zone, str) else time_zone
    if round is not None and not isinstance(round, str):
        takes.number("round", round)
    multiple = _multiple(round)
    condition = condition_of(where)
    assignments = [assignment_of(one) for one in several]
    if not assignments:
        raise SettingsError('Give at least one change, such as "balance*=1.07".')
    require_once(assignments)
    if multiple is not None and not any(one.is_calculated_amount for one in assignments):
        raise SettingsError("round is for calculated amounts, such as balance*=1.07.")
    names = _names(condition, assignments, client)
    zone = asked or zone_of(names) or UTC
    vocabulary = shipped()
    matches = matcher(condition, Reading(where, names, vocabulary, zone))
    settings = [bound(one, Reading(one.text, names, vocabulary, zone)) for one in assignments]
    too_old = any(one.column.name == ARCHIVED for one in comparisons_in(condition))
    found = [
        one
        for record in whole_records(client, client.list(), progress=True)
        if matches(one := LiveType.of(record)) and (too_old or not archived(record))
    ]
    rows = [cells_of(one, settings, names, multiple, retitle=retitle) for one in found]
    described = ", ".join((where, *(one.text for one in assignments)))
    sheet = _sheet(found, rows, _source(described))
    return validate(sheet, directory=names, time_zone=asked, now=now)


def _source(described: str) -> str:
    """Return the source of the rows: a sheet of a file has the name of the file there."""
    return clean(f"{CHANGE} {' '.join(described.split())}", _LONGEST_SOURCE)


def _multiple(given: float | str | Decimal | None) -> Decimal | None:
    """Return what amounts are rounded to a multiple of.

    Raises:
        SettingsError: It is not an amount above 0.
    """
    if given is None:
        return None
    try:
        value = Decimal(str(given))
    except InvalidOperation:
        value = Decimal(0)
    if isinstance(given, bool) or not value.is_finite() or not Decimal("0.01") <= value <= 10**9:
        raise SettingsError(f"round cannot be {given!r:.40}: give an amount, such as 50 or 0.5.")
    return value


def _names(condition: Condition, assignments: Sequence[Assignment], client: Client) -> Directory:
    """Return the names of the lists to which the condition and the changes refer."""
    named = [(one.column.name, one.value.text) for one in assignments]
    for comparison in comparisons_in(condition):
        named += [(comparison.column.name, word.text) for word in comparison.values]
    # Each text has a row of its own: a service beside a location would be looked up there only.
    columns = [
        SheetColumn(name, None, name, Column.of(text if of == name else None for of, text in named))
        for name in dict.fromkeys(of for of, _ in named)
    ]
    return directory(client, sheet=_sheet_of(columns, len(named), CHANGE))


def _sheet(types: Sequence[LiveType], rows: Sequence[Mapping[str, str]], source: str) -> Sheet:
    """Return a sheet with a row for each type: its id, what it is called now, and the new cells."""
    fields = dict.fromkeys(field for row in rows for field in row)
    columns = [
        SheetColumn(ID.label, 1, ID.name, Column.of(str(one.record["id"]) for one in types)),
        SheetColumn(
            CURRENT_TITLE,
            2,
            None,
            Column.of(str(one.record.get("title") or "") for one in types),
            How.IGNORED,
        ),
        *(
            SheetColumn(
                BY_NAME[field].label, number, field, Column.of(row.get(field) for row in rows)
            )
            for number, field in enumerate(fields, start=3)
        ),
    ]
    return _sheet_of(columns, len(rows), source)


def _sheet_of(columns: Iterable[SheetColumn], rows: int, source: str) -> Sheet:
    listed = tuple(columns)
    digest = hashlib.sha256(
        repr([(one.header, one.cells.codes.tolist(), one.cells.values) for one in listed]).encode()
    )
    numbers = np.arange(2, rows + 2, dtype=np.int64)
    return Sheet(source, digest.hexdigest(), None, 1, numbers, listed, ())
