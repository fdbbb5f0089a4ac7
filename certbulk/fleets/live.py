"""The live display of a fleet: a table that is redrawn, in a notebook and at a terminal."""

from __future__ import annotations

import shutil
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any, Self

from certbulk.core.cleaning import clean
from certbulk.progress import MinuteLines, has_viewer, in_notebook

if TYPE_CHECKING:
    from certbulk.fleets.fleet_view import FleetView

__all__ = ["LiveDisplay"]

_ROOM = 4  # lines of the terminal that stay free


class LiveDisplay:
    """Draws a fleet as it is, whenever it is told to; a log gets a plain line a minute.

    Args:
        fleet: The fleet.
        shown: Whether anything is drawn.
    """

    def __init__(self, fleet: FleetView, *, shown: bool) -> None:
        self._fleet = fleet
        self._shown = shown
        self._drawn = 0
        self._handle: Any = None
        self._lines = MinuteLines()

    def __enter__(self) -> Self:
        self.update()
        return self

    def update(self) -> None:
        """Draw the fleet as it is now."""
        if not self._shown:
            return
        if in_notebook():
            self._in_notebook()
        elif has_viewer():
            self._at_terminal()
        else:
            self._lines.tell(lambda: repr(self._fleet))

    def _in_notebook(self) -> None:
        from IPython.display import DisplayHandle  # noqa: PLC0415 (there is one in a notebook)

        handle: Any = DisplayHandle  # IPython's own annotations are incomplete
        bundle = {"text/html": self._fleet._repr_html_(), "text/plain": repr(self._fleet)}
        if self._handle is None:
            self._handle = handle()
            self._handle.display(bundle, raw=True)
        else:
            self._handle.update(bundle, raw=True)

    def _at_terminal(self) -> None:
        width, height = shutil.get_terminal_size()
        display = import_module("certbulk.displays.fleet")
        lines = display.live_lines(self._fleet, max(1, height - _ROOM))
        back = f"\x1b[{self._drawn}F\x1b[J" if self._drawn else ""
        text = "".join(f"{clean(line)[: width - 1]}\n" for line in lines)
        sys.stderr.write(f"{back}{text}")
        sys.stderr.flush()
        self._drawn = len(lines)

    def __exit__(self, *_: object) -> None:
        """Take the table away from a terminal: the command prints the end. A notebook keeps it."""
        if self._drawn:
            sys.stderr.write(f"\x1b[{self._drawn}F\x1b[J")
            sys.stderr.flush()
            self._drawn = 0
