"""Reading an uploaded workbook, with what is known of its columns, its names and its cells."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from certbulk.api.directories import directory
from certbulk.errors import CertbulkError, ReadError, SettingsError
from certbulk.page.mending.edits import edited, still_fitting
from certbulk.page.mending.remembered import recalled
from certbulk.page.texts.by_code import of_error
from certbulk.page.texts.text import Text, both
from certbulk.reading import read, sheet_names
from certbulk.settings import Settings
from certbulk.validating import validate
from certbulk.validating.moments import zone_of
from certbulk.validating.references import has_names_without_list

if TYPE_CHECKING:
    import threading
    from pathlib import Path

    from certbulk.core.references.directory import Directory
    from certbulk.page.destinations import Destination
    from certbulk.page.mending.edits import Mend
    from certbulk.page.state import State
    from certbulk.reading import Sheet
    from certbulk.validating import Report

__all__ = ["chain_of", "in_zone", "lacks_names", "mended_report", "read_into", "with_names"]

_MOST_ROWS = 20_000


def read_into(
    state: State,
    path: Path,
    sheet: str | None = None,
    *,
    pasted: bool = False,
    again: bool = False,
    stop: threading.Event | None = None,
) -> State:
    """Return the state with a workbook read, or with its sheets to choose from.

    Args:
        state: The state before.
        path: The workbook.
        sheet: The sheet to read; None for the one that fits best.
        pasted: Whether its rows are those for the browser extension.
        again: Whether it is the same sheet as before: its choices and edits stay.
        stop: Once it is set, the service is not asked any more.

    Raises:
        ReadError: It cannot be read, or has more rows than a page should send.
    """
    try:
        kind: Literal["table", "booster"] = "booster" if pasted else "table"
        how: dict[str, Any] = {"encoding": state.encoding or None, "progress": False}
        plain = read(path, sheet, format=kind, **how)
    except ReadError as error:
        if not error.sheets:
            raise
        return replace(state.read(None, error.sheets), encoding=state.encoding)
    if len(plain) > _MOST_ROWS:
        raise ReadError(
            Text("trouble.too_many_rows", file=path.name, n=len(plain), most=_MOST_ROWS)
        )
    said = state.meanings if again else None
    known = None if pasted or said else recalled(plain, chain_of(state.destination))
    mapped, meanings = plain, None if pasted else said or known
    if meanings is not None:
        try:
            mapped = read(path, plain.name, mapping=meanings.mapping(plain), **how)
        except (ReadError, SettingsError):
            if said:
                raise
            meanings = None  # for another layout after all: it is asked anew
    names, trouble = _names_for(state.destination, mapped, stop)
    settings = Settings.load(profile=state.destination.profile if state.destination else None)
    zone = state.zone if again else ""
    asked = zone or settings.chosen_time_zone
    report = validate(mapped, directory=names, time_zone=asked, progress=False)
    fresh = replace(
        state.read(report, sheet_names(path)),
        plain=plain,
        pasted=pasted,
        encoding=state.encoding,
        zone=zone,
        plan_id=state.plan_id if again else "",
        own_zone=settings.chosen_time_zone or str(zone_of(report.directory) or "UTC"),
        meanings=meanings,
        confirmed=meanings is not None or (again and state.confirmed),
        recalled=meanings is not None and (known is not None or (again and state.recalled)),
        titles=state.titles if again else (),
        trouble=trouble,
    )
    return _with_mended(fresh, state.mended, stop) if again and state.mended else fresh


def _with_mended(fresh: State, mended: tuple[Mend, ...], stop: threading.Event | None) -> State:
    """Return the state with what was mended before in cells that are still what they were."""
    original = fresh.original
    if original is None:
        return fresh
    kept = still_fitting(original.sheet, mended)
    report, trouble = mended_report(original, kept, original.directory), ""
    if lacks_names(report):
        report, trouble = with_names(report, fresh.destination, stop)
    lost = sum(len(mend.edits) for mend in mended) - sum(len(mend.edits) for mend in kept)
    not_kept = Text("mend.trouble.lost", n=lost) if lost else ""
    told = both([fresh.trouble, trouble, not_kept])
    return replace(fresh, report=report, mended=kept, trouble=told)


def mended_report(original: Report, mended: tuple[Mend, ...], directory: Directory) -> Report:
    """Return the report on a sheet with its mended cells.

    Args:
        original: The report on the sheet that was read.
        mended: What was done to its cells.
        directory: The names that are known by now.
    """
    if not mended:
        return original
    return _validated(edited(original.sheet, mended), original, directory)


def in_zone(report: Report, zone: str) -> Report:
    """Return a report on the same sheet with its dates read in another time zone."""
    return _validated(report.sheet, report, report.directory, zone)


def lacks_names(report: Report) -> bool:
    """Whether cells name something that was not looked up in the chain, as none did before."""
    return has_names_without_list(report.errors, report.directory, report.sheet.vocabulary)


def with_names(
    report: Report, destination: Destination | None, stop: threading.Event | None
) -> tuple[Report, str]:
    """Return the report with what the chain calls what its sheet refers to, or why it cannot.

    Args:
        report: The report without.
        destination: The chain, which is asked.
        stop: Once it is set, it is not asked any more.
    """
    names, trouble = _names_for(destination, report.sheet, stop)
    return (report if trouble else _validated(report.sheet, report, names)), trouble


def _validated(
    sheet: Sheet, like: Report, names: Directory | None, zone: str | None = None
) -> Report:
    asked, now = zone or like.asked_zone, like.now
    return validate(sheet, directory=names, time_zone=asked, now=now, progress=False)


def chain_of(destination: Destination | None) -> str:
    """Return a name for the chain that choices for columns are remembered with."""
    return f"{destination.service} {destination.chain_id}" if destination else ""


def _names_for(
    destination: Destination | None, sheet: Sheet, stop: threading.Event | None
) -> tuple[Directory | None, str]:
    """Return what the chosen chain calls what the sheet refers to, or why nobody can say."""
    if destination is None:
        return None, ""
    try:
        with destination.client(stop, for_names=True) as client:
            return directory(client, sheet=sheet), ""
    except CertbulkError as error:
        return None, Text("trouble.not_looked_up", why=of_error(error))
