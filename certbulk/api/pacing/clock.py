"""Time as an argument, so that tests can replay any schedule without waiting."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Clock", "Elapsed", "SystemClock"]


class Clock(Protocol):
    """Measures time and waits. All times are in seconds, with an arbitrary start."""

    def now(self) -> float:
        """Return a time that never decreases. It may stop while the machine sleeps."""

    def elapsed(self) -> float:
        """Return a time that never decreases and goes on while the machine sleeps.

        Compare such times only with each other: they do not start with those of `now`.
        """

    def wait(self, seconds: float, stop: threading.Event | None = None) -> None:
        """Return after `seconds`, or as soon as `stop` is set."""


@dataclass(frozen=True, slots=True)
class Elapsed:
    """The time that has passed by two clocks, neither of which is reliable alone.

    The monotonic clock may stop while the machine sleeps; the wall clock may be set forward or
    back. Between two readings, the clock that advanced more counts: too long a time is harmless (a
    listing counts as old and is read again), too short a time is not.

    Attributes:
        seconds: The time passed since the first reading.
        wall: The wall clock at the last reading, in seconds.
        monotonic: The monotonic clock at the last reading, in seconds.
    """

    seconds: float
    wall: float
    monotonic: float

    def read(self, wall: float, monotonic: float) -> Elapsed:
        """Return the state after another reading of both clocks."""
        step = max(wall - self.wall, monotonic - self.monotonic, 0.0)
        return Elapsed(self.seconds + step, wall, monotonic)


class SystemClock:
    """The clock of this machine."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._elapsed = Elapsed(0.0, time.time(), time.monotonic())
        self._boot_time = _boot_time()

    def now(self) -> float:
        """Return the monotonic clock."""
        return time.monotonic()

    def elapsed(self) -> float:
        """Return CLOCK_BOOTTIME if the system has it, else the longer time of two clocks.

        Only Linux has it: https://docs.python.org/3/library/time.html#time.CLOCK_BOOTTIME.
        """
        if self._boot_time:
            return self._boot_time()
        with self._lock:
            self._elapsed = self._elapsed.read(time.time(), time.monotonic())
            return self._elapsed.seconds

    def wait(self, seconds: float, stop: threading.Event | None = None) -> None:
        """Sleep, but wake up when `stop` is set."""
        if stop is None:
            time.sleep(seconds)
        else:
            stop.wait(seconds)


def _boot_time() -> Callable[[], float] | None:
    """Return a function that reads CLOCK_BOOTTIME; None if this system does not have it."""
    number = getattr(time, "CLOCK_BOOTTIME", None)
    if number is None:
        return None
    try:
        time.clock_gettime(number)
    except OSError:  # Python knows its number, but the kernel does not have it
        return None
    return lambda: time.clock_gettime(number)
