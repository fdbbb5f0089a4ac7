"""When dates end: the chain's time zone, midnights at the start of a day, changes of the clock.

A fixed date means the end of that day at the location (fact:time_zone).
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, timezone
from functools import cache
from typing import TYPE_CHECKING, Any

from certbulk.core.columns.distinct import positions
from certbulk.core.columns.fields import BY_NAME
from certbulk.core.findings.finding import found, quoted
from certbulk.core.kinds import Problem
from certbulk.reading.sheet import cell_finding
from certbulk.settings import time_zone

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import tzinfo

    import numpy as np
    from numpy.typing import NDArray

    from certbulk.core.columns.distinct import Column
    from certbulk.core.findings.finding import Finding
    from certbulk.core.references.directory import Directory
    from certbulk.reading import Sheet, SheetColumn

__all__ = ["moment_findings", "zone_of"]

_DATE = BY_NAME["expiration_date"]
_MOST_NAMED = 4
_EAST = timezone(timedelta(hours=1))
_END_OF_DAY = time(23, 59, 59)  # what a date without a time means, also if it comes twice
_FIRST_NOON, _DAYS = datetime(2026, 1, 1, 12, tzinfo=UTC), range(10 * 366)


def zone_of(directory: Directory) -> tzinfo | None:
    """Return the time zone that the client's settings name, else that of the chain's locations.

    None if neither is known, or the locations differ. Zones with other names agree if their clocks
    do, as in Berlin and Vienna.
    """
    if directory.time_zone is not None:
        return time_zone(directory.time_zone)
    clocks = {_clock(name) for name in directory.time_zones}
    return time_zone(directory.time_zones[0]) if len(clocks) == 1 else None


@cache
def _clock(name: str) -> tuple[timedelta | None, ...]:
    """Return how far a time zone is from UTC at noon of each day of some years."""
    zone = time_zone(name)
    return tuple((_FIRST_NOON + timedelta(days=n)).astimezone(zone).utcoffset() for n in _DAYS)


def moment_findings(
    sheet: Sheet,
    directory: Directory,
    columns: Mapping[str, Column],
    zone: tzinfo,
    rows: NDArray[np.bool_],
) -> Iterator[Finding]:
    """Yield `time_zone_differs`, and among these `rows` moments that may not be what is meant."""
    dates, source = columns.get(_DATE.name), sheet.column(_DATE.name)
    if dates is None or source is None:
        return
    others = [
        name
        for name in directory.time_zones
        if _differ(sheet, _near(dates, source, time_zone(name)), zone, time_zone(name))
    ]
    if others:
        yield _zone_differs(zone, others, directory.time_zones)
    changes = zone.utcoffset(None) is None  # a zone whose clocks never change has all times once
    wrong = {
        text: problem
        for text in (_near(dates, source, zone) if changes else ())
        if (problem := _not_once(text, sheet, zone))
    }
    for position in positions(source.cells.where(wrong.__contains__) & rows) if wrong else ():
        text = source.cells[position] or ""
        message = wrong[text].about(quoted(text)) + source.remedy
        zoned = {"zone": str(zone)}
        yield cell_finding(sheet, position, _DATE.name, wrong[text].code, message, parts=zoned)
    zones = dict.fromkeys((zone, UTC, *map(time_zone, directory.time_zones)))
    begun = {one: where for one in dates.values if (where := _day_begun(one, zone, zones))}
    for position in positions(dates.where(begun.__contains__) & rows):
        text, (day, there) = source.cells[position] or "", begun[dates[position]]
        if there and not _has_offset(text, sheet):
            continue  # an hour of the clock in use, which somebody wrote
        yield cell_finding(
            sheet,
            position,
            _DATE.name,
            "midnight",
            f"{quoted(text)} is the first moment of {day}{there}, so certificates would not be "
            f"valid on that day. If they are, write {day} without a time.{source.remedy}",
            suggestion=day,
        )


def _near(dates: Column, source: SheetColumn, zone: tzinfo) -> set[str]:
    """Return the texts of dates that may be other moments in a time zone, or none, or two.

    In all others, the clock that is written has the same offset there, and has it once. To parse
    each text again would take longer than all other rules together.
    """

    def may_differ(value: Any) -> bool:
        if not isinstance(value, datetime):
            return False
        there, offset = value.replace(tzinfo=zone), value.utcoffset()
        return offset != there.utcoffset() or offset != there.replace(fold=1).utcoffset()

    return set(source.cells.take(dates.where(may_differ)))


def _differ(sheet: Sheet, texts: Iterable[str], one: tzinfo, other: tzinfo) -> bool:
    """Whether any of these dates is another moment in another time zone."""
    parse = sheet.vocabulary.kinds[_DATE.name].parse
    return any(_moment(parse(text, one)) != _moment(parse(text, other)) for text in texts)


def _moment(value: object) -> object:
    """Return a moment to compare; any problem with a text is alike in all time zones."""
    return value.astimezone(UTC) if isinstance(value, datetime) else None


def _not_once(text: str, sheet: Sheet, zone: tzinfo) -> Problem | None:
    """Return the problem with a time that clocks in a zone leave out, or show twice.

    Source: PEP 495, "Local Time Disambiguation", which has the test for both.
    """
    value = sheet.vocabulary.kinds[_DATE.name].parse(text, UTC)
    if not isinstance(value, datetime) or _has_offset(text, sheet):
        return None
    local = value.replace(tzinfo=zone)
    first, second = local.utcoffset(), local.replace(fold=1).utcoffset()
    if first is None or second is None or first == second or local.time() == _END_OF_DAY:
        return None
    if second > first:
        return Problem(
            "no_such_time",
            f"does not exist in {zone}: clocks are put forward over it. Write another time, or the "
            "date alone for the end of that day.",
        )
    ways = " or ".join(
        local.replace(tzinfo=timezone(offset)).isoformat() for offset in (first, second)
    )
    return Problem(
        "ambiguous_value",
        f"comes twice in {zone}, as clocks are put back. Write the one that you mean, with its "
        f"offset: {ways}.",
    )


def _has_offset(text: str, sheet: Sheet) -> bool:
    """Whether a text is the same moment in every time zone."""
    parse = sheet.vocabulary.kinds[_DATE.name].parse
    return bool(parse(text, UTC) == parse(text, _EAST))


def _day_begun(value: Any, zone: tzinfo, zones: Iterable[tzinfo]) -> tuple[str, str] | None:
    """Return the day that begins at a moment, and where, in words; None if none does.

    The words are blank if it is by the offset of the moment or in `zone`, which is in use.
    What was made in UTC and moved to another zone begins no day of its own.
    """
    if not isinstance(value, datetime):
        return None
    if value.time() == time.min:
        return value.date().isoformat(), ""
    for one in zones:
        local = value.astimezone(one)
        if local.time() == time.min:
            return local.date().isoformat(), "" if one is zone else f" in {one}"
    return None


def _zone_differs(zone: tzinfo, others: Sequence[str], all_: Sequence[str]) -> Finding:
    named = ", ".join(others[:_MOST_NAMED])
    more = f" and {len(others) - _MOST_NAMED} more" if len(others) > _MOST_NAMED else ""
    if len(all_) > 1:
        message = (
            f"Dates without a time zone are read in {zone}, but the chain has locations in {named}"
            f"{more}, where those days end at another moment. Choose the time zone that is meant, "
            "or write the dates with an offset."
        )
    else:
        message = (
            f"Dates without a time zone are read in {zone}, but the chain's locations are in "
            f"{named}, where those days end at another moment. Choose their time zone, or check "
            "that this one is meant."
        )
    return found(
        "time_zone_differs",
        message,
        field=_DATE.name,
        value=f"{named}{more}",
        parts={"zone": str(zone), "zones": ", ".join(others)},
    )
