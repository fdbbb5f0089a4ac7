"""Waiting for somebody at the terminal, so that a signal always ends it."""

from __future__ import annotations

import signal
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["signals_end_the_wait"]

_OFTEN = 0.2  # seconds


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
