"""The scheduler and the workers of a fleet: whoever has ended is replaced."""

import os
import signal
import socket
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.process import BaseProcess
from typing import Self

from tests.fleet.processes import Setting, Strike, begin_scheduler, begin_worker

__all__ = ["Crew"]

_SECONDS = 300  # the machine may have much else to do


class Crew:
    """The scheduler and the workers, from entry to exit.

    Args:
        setting: The fleet.
        workers: How many.
        lanes: How many; the workers are dealt out to them.
        strike: Returns when the next worker kills itself, if it does.

    Attributes:
        ended: How often workers have ended, by exit code.
    """

    def __init__(
        self, setting: Setting, workers: int, lanes: int, strike: Callable[[], Strike | None]
    ) -> None:
        self.ended: Counter[int | None] = Counter()
        self._setting = setting
        self._strike = strike
        self._lanes = [number % lanes for number in range(workers)]
        self._frozen: dict[int, float] = {}

    def __enter__(self) -> Self:
        self._schedule()
        self._workers = [self._worker(position) for position in range(len(self._lanes))]
        return self

    def __exit__(self, *_: object) -> None:
        for process in (*self._workers, self._scheduler):
            process.kill()
            process.join()

    def _schedule(self) -> None:
        self._scheduler = begin_scheduler(self._setting)
        until = time.monotonic() + _SECONDS
        while time.monotonic() < until:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self._setting.port)):
                return
            time.sleep(0.05)
        raise RuntimeError("Dask's scheduler did not start")

    def _worker(self, position: int) -> BaseProcess:
        strike, is_ahead = self._strike(), position % 2 == 1
        return begin_worker(self._setting, self._lanes[position], strike, is_ahead=is_ahead)

    def mend(self) -> None:
        """Replace the scheduler and the workers that have ended; wake those that slept enough."""
        if not self._scheduler.is_alive():
            self._schedule()
        for position, process in enumerate(self._workers):
            if not process.is_alive():
                self.ended[process.exitcode] += 1
                self._workers[position] = self._worker(position)
        for pid in [pid for pid, until in self._frozen.items() if until < time.monotonic()]:
            del self._frozen[pid]
            self.send(pid, signal.SIGCONT)

    def awake(self) -> list[int]:
        """Return the process ids of the workers that are not frozen."""
        pids = [process.pid for process in self._workers if process.is_alive()]
        return [pid for pid in pids if pid is not None and pid not in self._frozen]

    def freeze(self, pid: int, seconds: float) -> None:
        """Let a worker hang for a time."""
        self._frozen[pid] = time.monotonic() + seconds
        self.send(pid, signal.SIGSTOP)

    def lose_scheduler(self) -> None:
        """Kill the scheduler."""
        self._scheduler.kill()
        self._scheduler.join()

    @staticmethod
    def send(pid: int, sign: signal.Signals) -> None:
        """Send a signal to a process, unless it has ended."""
        with suppress(ProcessLookupError):
            os.kill(pid, sign)
