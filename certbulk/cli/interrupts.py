"""Ctrl-C, and a polite end asked for from outside: handled once, also while a line is read."""

from __future__ import annotations

import _thread
import signal
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

__all__ = ["hear_interrupts", "signals_end_the_wait"]

_SOON = 0.05  # seconds
_IMPORTS = "<frozen importlib"
_OFTEN = 0.2  # seconds


def hear_interrupts() -> None:
    """Let SIGINT and SIGTERM end what goes on as Ctrl-C does: rows in flight are finished.

    Both are set: whoever starts this in the background may have had Ctrl-C ignored.
    """
    for polite in (signal.SIGINT, signal.SIGTERM):
        signal.signal(polite, _interrupt)


def _interrupt(number: int, frame: FrameType | None) -> None:
    """Raise KeyboardInterrupt; in the middle of an import, a moment later.

    Python forgets one that strikes where imports clean up behind themselves, and ends with another
    exit code after one that struck in the code that imported modules make.
    """
    if not _importing(frame):
        raise KeyboardInterrupt
    again = threading.Timer(_SOON, _send_again, [number])
    again.daemon = True
    again.start()


def _send_again(number: int) -> None:
    """Send the main thread a signal that also ends what it waits for, such as a lock."""
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(threading.main_thread().ident or 0, number)
    else:  # on Windows, waits look for signals themselves
        _thread.interrupt_main(signal.Signals(number))


def _importing(frame: FrameType | None) -> bool:
    while frame:
        if frame.f_code.co_filename.startswith(_IMPORTS):
            return True
        frame = frame.f_back
    return False


@contextmanager
def signals_end_the_wait() -> Iterator[None]:
    """Let a signal be heard while a line is read, whenever it comes.

    Python only notes a signal, and handles it when its own code goes on. One that comes just before
    a read blocks would be handled after the next key; an alarm that interrupts the read now and
    then makes Python look at what it has noted.
    """
    if sys.platform == "win32":  # there is no such alarm, and Ctrl-C wakes who reads the console
        yield
        return
    handler = signal.signal(signal.SIGALRM, lambda _number, _frame: None)
    timer = signal.setitimer(signal.ITIMER_REAL, _OFTEN, _OFTEN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, *timer)
        signal.signal(signal.SIGALRM, handler)
