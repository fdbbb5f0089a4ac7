"""Work in native code, which hears no Ctrl-C: it is done beside the thread that does."""

from __future__ import annotations

import threading
from concurrent.futures import Future, wait
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["interruptible", "left_behind"]

_NAME = "certbulk-native"
_OFTEN = 0.2  # seconds
_Result = TypeVar("_Result")


def interruptible(
    work: Callable[[], _Result], meanwhile: Callable[[], None] = lambda: None
) -> _Result:
    """Return what `work` returns; Ctrl-C ends the waiting for it at once.

    A thread cannot be stopped from outside: what is left behind ends by itself, for nothing.

    Args:
        work: What to do.
        meanwhile: Called a few times a second until it is done.
    """
    if threading.current_thread() is not threading.main_thread():
        return work()  # no Ctrl-C comes here
    outcome: Future[_Result] = Future()

    def carry_out() -> None:
        try:
            outcome.set_result(work())
        except BaseException as error:  # noqa: BLE001 (raised again in the thread that waits)
            outcome.set_exception(error)

    threading.Thread(target=carry_out, name=_NAME, daemon=True).start()
    while wait([outcome], _OFTEN).not_done:
        meanwhile()
    return outcome.result()


def left_behind() -> bool:
    """Tell whether native work goes on that nobody waits for any more."""
    return any(thread.name == _NAME for thread in threading.enumerate())
