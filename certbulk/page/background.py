"""Work that takes long, in a thread of its own, so that it can be cancelled at once."""

from __future__ import annotations

import threading
from concurrent.futures import Future, wait
from typing import TYPE_CHECKING, TypeVar

from certbulk.progress import watched

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Background", "Cancelled"]

_OFTEN = 0.05
"""Seconds between two looks whether the work was cancelled."""

_Result = TypeVar("_Result")


class Cancelled(Exception):  # noqa: N818 (a signal, as StopIteration is)
    """The work was cancelled: there is no result."""


class Background:
    """One piece of work.

    A thread cannot be ended from outside. Work that was cancelled ends at its next stage, or before
    its next request to the service; nobody waits for it, and what it returns is thrown away.
    """

    def __init__(self) -> None:
        self._stop = threading.Event()

    def cancel(self) -> None:
        """Cancel it, whether it has begun or not."""
        self._stop.set()

    def run(self, work: Callable[[threading.Event], _Result]) -> _Result:
        """Return what `work` returns.

        Args:
            work: Called with an event that is set when it is to end.

        Raises:
            Cancelled: `cancel` was called before it had ended.
            Exception: Whatever the work raises.
        """
        stop = self._stop
        outcome: Future[_Result] = Future()

        def stage(_: str, __: float) -> None:
            if stop.is_set():
                raise Cancelled

        def carry_out() -> None:
            try:
                with watched(stage):
                    outcome.set_result(work(stop))
            except BaseException as error:  # noqa: BLE001 (raised again in the thread that waits)
                outcome.set_exception(error)

        threading.Thread(target=carry_out, name="certbulk-page-work", daemon=True).start()
        while not stop.is_set() and wait([outcome], _OFTEN).not_done:
            pass
        if stop.is_set():
            raise Cancelled
        return outcome.result()
