"""Reading an uploaded workbook, with what the chosen chain calls its places."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import certbulk as cb
from certbulk.errors import CertbulkError, ReadError
from certbulk.reading import sheet_names
from certbulk.settings import Settings

if TYPE_CHECKING:
    import threading
    from pathlib import Path

    from certbulk.page.destinations import Place
    from certbulk.page.state import State

__all__ = ["read_into"]

_MOST_ROWS = 20_000


def read_into(
    state: State,
    path: Path,
    sheet: str | None = None,
    *,
    pasted: bool = False,
    stop: threading.Event | None = None,
) -> State:
    """Return the state with a workbook read, or with its sheets to choose from.

    Args:
        state: The state before.
        path: The workbook.
        sheet: The sheet to read; None for the one that fits best.
        pasted: Whether its rows are those for the browser extension.
        stop: Once it is set, the service is not asked any more.

    Raises:
        ReadError: It cannot be read, or has more rows than a page should send.
    """
    try:
        kind: Literal["table", "booster"] = "booster" if pasted else "table"
        read = cb.read(path, sheet, format=kind, progress=False)
    except ReadError as error:
        if not error.sheets:
            raise
        return state.read(None, error.sheets)
    if len(read) > _MOST_ROWS:
        raise ReadError(
            f"{path.name} has {len(read):,} rows; this page takes {_MOST_ROWS:,}. Split it "
            "into several files."
        )
    names, trouble = _names_for(state.place, read, stop)
    zone = Settings.load().time_zone
    report = cb.validate(read, directory=names, time_zone=zone, progress=False)
    return replace(state.read(report, sheet_names(path)), pasted=pasted, trouble=trouble)


def _names_for(
    place: Place | None, sheet: cb.Sheet, stop: threading.Event | None
) -> tuple[cb.Directory | None, str]:
    """Return what the chosen chain calls what the sheet refers to, or why nobody can say."""
    if place is None:
        return None, ""
    try:
        with place.client(stop, for_names=True) as client:
            return cb.directory(client, sheet=sheet), ""
    except CertbulkError as error:
        return None, f"Names and ids were not looked up in the chain: {error}"
