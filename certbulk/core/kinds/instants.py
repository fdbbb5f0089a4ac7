"""Moments in time, from dates and times as people and the service write them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from functools import lru_cache
from typing import Any, ClassVar

from certbulk.core.kinds.kind import MOMENT, Kind, NumberText, Problem, Way, seen
from certbulk.core.kinds.named_months import named_month
from certbulk.core.kinds.units import NO_PHRASES, Phrases, undecorated

__all__ = ["DateWords", "Instant"]

_END_OF_DAY = time(23, 59, 59)
_FIRST_YEAR, _LAST_YEAR = 2000, 2100

_ISO = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:[T\s]\s*(\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,6})?)?)\s*(Z|[+-]\d{2}:?\d{2})?)?",
    re.IGNORECASE,
)
# 31.12.2027 is day first wherever dots are used; with / or - both orders are in use.
_DAY_MONTH_YEAR = re.compile(
    r"(\d{1,2})([./-])(\d{1,2})\2(\d{2}|\d{4})(?:,?\s+(\d{1,2}:\d{2}(?::\d{2})?))?"
)
_SPACED = re.compile(r"(\d{1,2})\s*[.,]\s*(\d{1,2})\s*[.,]\s*(\d{4})")  # 31. 12. 2027
_YEAR_FIRST = re.compile(r"(\d{4})([./])(\d{1,2})\2(\d{1,2})")
_MONTHS = 12
_SERIAL = re.compile(r"[3-7]\d{4}(?:\.\d+)?")  # days since 1900: the years 1982 to 2119
_SERIAL_ZERO = date(1899, 12, 30)
_SECONDS = re.compile(r"\d{10}(?:\d{3})?(?:\.\d{1,6})?")  # from the year 2001
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FAR_SECONDS = 10**11  # beyond the year 5000 in seconds: milliseconds then

_NOT_A_DATE = "is not a date. Write it as 2027-12-31 or 31.12.2027."


@dataclass(frozen=True, slots=True)
class DateWords:
    """Words beside a date: until it, with that day, and for a year, which say nothing more."""

    until: Phrases = NO_PHRASES
    inclusive: Phrases = NO_PHRASES
    year: Phrases = NO_PHRASES


@dataclass(frozen=True, slots=True)
class Instant(Kind):
    """A moment, as an aware datetime. A date without a time means the end of that day.

    Programs write a date as one at midnight, so that is a date without a time; with an offset,
    which nobody gives a bare date, it is that moment. A number of ten digits or more has the
    seconds or milliseconds since 1970; in a text, they may be something else (fact:spellings).
    """

    dtype: ClassVar[str] = MOMENT

    words: DateWords = field(default_factory=DateWords)

    def parse(self, text: str, zone: tzinfo) -> datetime | Problem:
        """Return the moment; a text without an offset is taken as the clock in `zone`."""
        bare = seen(text).lstrip("'\u2019")
        counted = _since_1970(bare)
        if counted and isinstance(text, NumberText):
            return counted
        without_year = self.words.year.cut_behind(bare)  # 31.12.2027 г. is that day
        found = _read(bare if without_year is None else without_year, zone)
        if found is None:
            likely = counted.isoformat() if counted else self._likely(bare, zone)
            meant = f" Did you mean {likely}?" if likely else ""
            return Problem("not_a_date", f"{_NOT_A_DATE}{_hint(bare)}{meant}", likely)
        if isinstance(found, datetime) and found.year < _SERIAL_ZERO.year + 2:
            return Problem("not_a_date", _NOT_A_DATE + " It looks like a time without a date.")
        if isinstance(found, datetime) and not _FIRST_YEAR <= found.year <= _LAST_YEAR:
            return Problem(
                "out_of_range",
                f"is in the year {found.year}; certbulk accepts {_FIRST_YEAR} to {_LAST_YEAR}.",
            )
        if isinstance(found, datetime):  # its offset alone: a time zone may tell 23:59:59 twice
            found = found.replace(tzinfo=timezone(found.utcoffset() or timedelta()), fold=0)
        return found

    def _likely(self, text: str, zone: tzinfo) -> str | None:
        """Return the most likely date for a text that is not a date."""
        if likely := _repair(text):
            return likely
        bare = undecorated(text, "*")
        bare = self.words.until.cut_before(bare) or bare
        bare = self.words.inclusive.cut_behind(bare) or bare
        if bare == text:
            return None
        found = self.parse(bare, zone)
        if isinstance(found, Problem):
            return found.suggestion
        return bare if ":" in bare else found.date().isoformat()

    def show(self, value: datetime) -> str:
        """Return ISO 8601 with its offset."""
        return value.isoformat()

    def clock_in(self, value: datetime, zone: tzinfo) -> date | datetime | None:
        """Return the date, with a time if it needs one, that is read as `value` in `zone`.

        None if no date without an offset tells it: another offset's moment that is not the end
        of a day in `zone` would show a day and an hour that nobody wrote.
        """
        try:
            local = value.astimezone(zone)
        except OverflowError:
            return None
        ends_a_day = local.time() == _END_OF_DAY
        bare = local.date() if ends_a_day else local.replace(tzinfo=None, fold=0)
        familiar = ends_a_day or local.utcoffset() == value.utcoffset()
        whole = not value.microsecond  # cells hold days, and parts of them that are not so fine
        return bare if familiar and whole and self.parse(str(bare), zone) == value else None

    def load(self, raw: Any) -> Any:
        """Accept ISO 8601, and seconds or milliseconds since 1970 (fact:spellings)."""
        if raw in (None, "", 0, "0"):
            return None
        if isinstance(raw, int | float) and not isinstance(raw, bool):
            try:
                return datetime.fromtimestamp(raw / 1000 if raw > _FAR_SECONDS else raw, UTC)
            except (OverflowError, OSError, ValueError):  # no moment that a calendar has
                return raw
        if not isinstance(raw, str):
            return raw
        try:
            found = datetime.fromisoformat(raw)
        except ValueError:
            return raw
        return found if found.tzinfo else found.replace(tzinfo=UTC)

    def dump(self, value: Any) -> Any:
        """Return ISO 8601 with its offset."""
        return value.isoformat() if isinstance(value, datetime) else value


def _read(text: str, zone: tzinfo) -> datetime | Problem | None:
    """Return the moment that a text is in one of the ways to write it; None for none."""
    try:
        return _iso(text, zone) or _day_month_year(text, zone) or _worded(text, zone)
    except (ValueError, OverflowError):  # 2027-02-30, 25:00
        return None


def _iso(text: str, zone: tzinfo) -> datetime | None:
    match = _ISO.fullmatch(text)
    if not match:
        return None
    year, month, day, clock, offset = match.groups()
    date_alone = date(int(year), int(month), int(day))
    if not offset:
        return _at(date_alone, clock, zone)
    return datetime.combine(date_alone, _time(clock), _offset(offset.upper()))


@lru_cache(maxsize=1000)
def _offset(text: str) -> tzinfo | None:
    """Return the offset of a text such as +03:00. A sheet has a few of them in all its dates."""
    return datetime.strptime(text, "%z").tzinfo


def _day_month_year(text: str, zone: tzinfo) -> datetime | Problem | None:
    match = _DAY_MONTH_YEAR.fullmatch(text)
    if not match:
        return None
    first, mark, second, year, clock = match.groups()
    if len(year) == 2:  # noqa: PLR2004 (31.12.27: which of the three is the year is a guess)
        return None
    one, two = int(first), int(second)
    day_first = _day(int(year), two, one)
    month_first = _day(int(year), one, two) if mark != "." else None
    if day_first and month_first and day_first != month_first:
        at = f" {clock}" if clock else ""
        return Problem(
            "ambiguous_value",
            f"can be read as {day_first} or as {month_first}. Write it as one of these.",
            readings=(
                (Way.DAY_FIRST, f"{day_first}{at}"),
                (Way.MONTH_FIRST, f"{month_first}{at}"),
            ),
        )
    day = day_first or month_first
    return _at(day, clock, zone) if day else None


def _worded(text: str, zone: tzinfo) -> datetime | None:
    day_and_clock = named_month(text)
    return _at(*day_and_clock, zone) if day_and_clock else None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _at(day: date, clock: str | None, zone: tzinfo) -> datetime:
    """Return `day` at `clock` in `zone`; without a clock, or at midnight, at its last second."""
    at = _time(clock) if clock else time.min
    if at == time.min:
        # If the clock goes back at midnight, the day ends the second time it shows this.
        return datetime.combine(day, _END_OF_DAY, zone).replace(fold=1)
    return datetime.combine(day, at, zone)


def _time(clock: str) -> time:
    hour, _, rest = clock.replace(",", ".").partition(":")
    return time.fromisoformat(f"{hour:0>2}:{rest}")


def _repair(text: str) -> str | None:
    """Return the most likely date for a text that is not a date.

    That is a bare serial number, a two-digit year, a date with spaces or with commas, and one with
    the year before slashes or dots; the last two if the day cannot be a month.
    """
    if _SERIAL.fullmatch(text):
        day = _SERIAL_ZERO + timedelta(days=int(float(text)))
        return day.isoformat() if _FIRST_YEAR <= day.year <= _LAST_YEAR else None
    short = _DAY_MONTH_YEAR.fullmatch(text)
    if short and short.group(2) == "." and len(short.group(4)) == 2:  # noqa: PLR2004
        written = _day(2000 + int(short.group(4)), int(short.group(3)), int(short.group(1)))
        return written.isoformat() if written else None
    if spaced := _SPACED.fullmatch(text):
        return _only_reading(*spaced.group(3, 2, 1))
    if year_first := _YEAR_FIRST.fullmatch(text):
        return _only_reading(*year_first.group(1, 3, 4))
    return None


def _only_reading(year: str, month: str, day: str) -> str | None:
    """Return the date if the day cannot be a month, and the year is a plausible one."""
    written = _day(int(year), int(month), int(day))
    certain = written and written.day > _MONTHS and _FIRST_YEAR <= written.year <= _LAST_YEAR
    return written.isoformat() if written and certain else None


def _since_1970(text: str) -> datetime | None:
    """Return the moment that seconds or milliseconds since 1970 mean, in the years accepted."""
    if not _SECONDS.fullmatch(text):
        return None
    number = Decimal(text)
    moment = _EPOCH + timedelta(seconds=float(number / 1000 if number > _FAR_SECONDS else number))
    return moment if _FIRST_YEAR <= moment.year <= _LAST_YEAR else None


def _hint(text: str) -> str:
    if _SECONDS.fullmatch(text):
        return " It looks like seconds or milliseconds since 1970."
    if _SERIAL.fullmatch(text):
        return " It looks like a spreadsheet's day number: format the cell as a date."
    return ""
