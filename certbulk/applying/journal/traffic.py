"""The requests of a run and their times, written to the journal for charts."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from certbulk.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from certbulk.api import Client
    from certbulk.api.loop import Exchange
    from certbulk.applying.journal.writing import Journal

__all__ = ["exchanges_of", "journalled"]

_MANY = 50
_SECONDS = 2.0


@contextmanager
def journalled(run: str, client: Client, journal: Journal) -> Iterator[None]:
    """Write every request of `client` in this block to the journal, reads included.

    They are written in groups, because no outcome depends on them: a process that is killed loses
    the last ones, and charts of its run lack them.
    """
    traffic = _Traffic(run, journal, time.time() - client.clock.now())
    with client.watched(traffic.add):
        try:
            yield
        finally:
            traffic.write()


def exchanges_of(run: str, journal: Journal) -> tuple[Exchange, ...]:
    """Return the requests of a run; none if they cannot be read."""
    try:
        return journal.exchanges(run)
    except OutputError:
        return ()


class _Traffic:
    """Exchanges that wait to be written to the journal."""

    def __init__(self, run: str, journal: Journal, epoch: float) -> None:
        self._run = run
        self._journal = journal
        self._epoch = epoch
        self._lock = threading.Lock()
        self._waiting: list[Exchange] = []
        self._written = float("-inf")

    def add(self, exchange: Exchange) -> None:
        with self._lock:
            self._waiting.append(replace(exchange, at=exchange.at + self._epoch))
            late = exchange.at - self._written > _SECONDS
            if not late and len(self._waiting) < _MANY:
                return
            self._written = exchange.at
        self.write()

    def write(self) -> None:
        with self._lock:
            exchanges, self._waiting = self._waiting, []
        if exchanges:
            with suppress(OutputError):  # a run does not stop for its charts
                self._journal.note(self._run, exchanges)
