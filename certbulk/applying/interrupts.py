"""Ctrl-C in a run: what is in flight is finished, then KeyboardInterrupt is raised with the run.

It is a plain KeyboardInterrupt: for a subclass, Python would end a script with another exit code.
"""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING, Any, Self

from certbulk.errors import CertbulkError

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType, TracebackType

    from certbulk.applying.run import Run

__all__ = ["Interrupts"]


class Interrupts:
    """Takes Ctrl-C while a run is carried out, as a context manager around all of it.

    While it is `heard`, the first one raises KeyboardInterrupt as usual. All others are noted: what
    is in flight is finished and recorded, however often the keys are pressed. If there was any, the
    end of the block raises a KeyboardInterrupt with the run as its attribute `run`.

    Signals reach the main thread only. A handler that was not set by Python stays as it is, and so
    does that of SIGTERM, unless it is the same as for Ctrl-C, as at the command line.

    Args:
        find: Reads the run from the journal, if Ctrl-C leaves no other way to know it.

    Attributes:
        find: The same; None as long as the run is that of somebody else, for whom this waits.
        heard: Whether the next Ctrl-C raises KeyboardInterrupt.
        struck: Whether there was one.
        run: The run as it ended, once it has.
    """

    def __init__(self, find: Callable[[], Run] | None = None) -> None:
        self.heard = True
        self.struck = False
        self.run: Run | None = None
        self.find = find
        self._handler: Any = None
        self._numbers: list[signal.Signals] = []

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            self._handler = signal.getsignal(signal.SIGINT)
            polite = (signal.SIGINT, signal.SIGTERM)
            if callable(self._handler):
                self._numbers = [n for n in polite if signal.getsignal(n) is self._handler]
            for number in self._numbers:
                signal.signal(number, self._strike)
        return self

    def _strike(self, number: int, frame: FrameType | None) -> None:
        self.struck = True
        if self.heard:
            try:
                self._handler(number, frame)  # it may ask to be called again a moment later
            except BaseException:
                self.heard = False
                raise

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for number in self._numbers:
            signal.signal(number, self._handler)
        if isinstance(error, KeyboardInterrupt) or (error is None and self.struck):
            run = self.run or self._found()
            if run is not None:
                raise _carrying(run) from None

    def _found(self) -> Run | None:
        """Return the run from the journal; None if Ctrl-C struck before it was there."""
        try:
            return self.find() if self.find else None
        except CertbulkError:
            return None


def _carrying(run: Run) -> KeyboardInterrupt:
    """Return the KeyboardInterrupt that carries a run."""
    counts = ", ".join(f"{number} {status}" for status, number in run.counts.items() if number)
    says = f"Run {run.id} was interrupted and is {run.state}: {counts or 'no rows'}."
    if run.counts["not_sent"] or run.counts["unknown"]:
        says += f' To send the rest: cb.resume("{run.id}", client)'
    error = KeyboardInterrupt(says)
    error.run = run  # type: ignore[attr-defined]
    return error
