"""`validate`: parse the distinct values of every column, then apply the rules to columns."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from certbulk.arguments import DIRECTORY, SHEET, Arguments
from certbulk.core.references.directory import Directory
from certbulk.progress import stage_bar
from certbulk.reading.reader import read
from certbulk.reading.sheet import Sheet
from certbulk.reading.sources.source import WHAT_READ_TAKES, take_source
from certbulk.settings import time_zone as zone_called
from certbulk.validating.moments import zone_of
from certbulk.validating.validation import Validation

if TYPE_CHECKING:
    from datetime import tzinfo

    from certbulk.reading.sources.source import Source
    from certbulk.validating.report import Report

__all__ = ["revalidated", "validate"]

_MANY = 100_000  # rows, from which a progress bar is useful


def validate(
    source: Source | Sheet,
    *,
    directory: Directory | None = None,
    time_zone: str | tzinfo | None = None,
    now: datetime | None = None,
    progress: bool = True,
) -> Report:
    """Validate every row of a sheet against the rules of the service and of certbulk.

    Args:
        source: What `read` returned; or anything that it takes, which is then read with its
            defaults. For its options, such as `sheet` or `mapping`, call it first.
        directory: The chain's locations, services and categories, from `certbulk.directory`: names
            are looked up and ids checked in it. Without it, names are looked up in the workbook's
            own sheets.
        time_zone: The time zone of dates without an offset, by name or as a tzinfo. By default,
            that of the settings of the directory's client, else that of the chain's locations if
            they agree, else UTC.
        now: The time that dates are compared with; the current time by default.
        progress: Whether to show a progress bar if there are many rows.

    Returns:
        A `Report` with the typed values and all findings of every row.

    Raises:
        ReadError: The source cannot be read.
        SettingsError: There is no such time zone.
        ArgumentError: An argument is of the wrong kind, such as a report instead of a sheet.

    Example:
        >>> import certbulk as cb
        >>> report = cb.validate("sample_data/certificate_types.xlsx")
        >>> report.ok
        True
    """
    takes = Arguments("certbulk.validate")
    source = take_source(takes, "source", source, (Sheet,), f"{SHEET} {WHAT_READ_TAKES}")
    takes.noun("directory", directory, Directory, DIRECTORY, optional=True)
    takes.time_zone("time_zone", time_zone)
    takes.moment("now", now)
    takes.flags(progress=progress)
    asked = zone_called(time_zone) if isinstance(time_zone, str) else time_zone
    sheet = source if isinstance(source, Sheet) else read(source, progress=progress)
    known = directory.under(sheet.directory) if directory else sheet.directory
    zone = asked or zone_of(known) or zone_called("UTC")
    moment = now or datetime.now(UTC)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    with stage_bar("Validating", shown=progress and len(sheet) >= _MANY) as tell:
        report = Validation(sheet, known, zone, moment).report(tell)
    return report if asked else replace(report, zone_assumed=True)


def revalidated(report: Report, directory: Directory, *, progress: bool = False) -> Report:
    """Validate the sheet of a report again, with the same options and another directory."""
    return validate(
        report.sheet,
        directory=directory,
        time_zone=report.asked_zone,
        now=report.now,
        progress=progress,
    )
