"""Time as an argument, so that any schedule can be replayed without waiting for it."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Clock", "Elapsed", "SystemClock"]


class Clock(Protocol):
    """What waits and measures time. All seconds are floats with an arbitrary start."""

    def now(self) -> float:
        """Return seconds that only grow. They may stand still while the machine sleeps."""

    def elapsed(self) -> float:
        """Return seconds that only grow, also while the machine sleeps.

        Compare these only with each other: their start is not that of `now`.
        """

    def wait(self, seconds: float, stop: threading.Event | None = None) -> None:
        """Return after `seconds`, or as soon as `stop` is set."""


@dataclass(frozen=True, slots=True)
class Elapsed:
    """How much time has passed by two clocks, neither of which can be trusted alone.

    The monotonic clock may stand still while the machine sleeps; the wall clock may be set forward
    or back. Between two readings, the one that advanced more counts: too much time passed is
    harmless (a listing counts as old and is made again), too little is not.

    Attributes:
        seconds: The time passed since the first reading.
        wall: The wall clock at the last reading, in seconds.
        monotonic: The monotonic clock at the last reading, in seconds.
    """

    seconds: float
    wall: float
    monotonic: float

    def read(self, wall: float, monotonic: float) -> Elapsed:
        """Return what is known after another reading of both clocks."""
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
        """Return CLOCK_BOOTTIME where the system has it, else the longer of two clocks' times.

        Linux alone has it, see https://docs.python.org/3/library/time.html#time.CLOCK_BOOTTIME.
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
