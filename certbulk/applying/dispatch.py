"""Rows leave one after the other at the pace, whatever time their answers take."""

from __future__ import annotations

import math
import queue
from typing import TYPE_CHECKING, NamedTuple

from certbulk.planning import Action
from certbulk.planning.plan import AFTER_FIRST_CREATE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Future, ThreadPoolExecutor

    from certbulk.api import Client
    from certbulk.applying.guard import Guard
    from certbulk.applying.progress import Bar
    from certbulk.applying.sender import Sender
    from certbulk.planning import RowDecision

__all__ = ["IN_FLIGHT", "Dispatch"]

IN_FLIGHT = 32
"""Rows under way at once: enough that answers of eight seconds do not lower the pace."""

_QUEUED = 2
"""Rows that wait for their permit at once: enough that no permit is left lying."""

_ASK_AGAIN = 0.1
"""Seconds between two questions whether the run is to stop."""


_NO_ROW = 0


class _Event(NamedTuple):
    """A row has left; or it has ended, if `future` is given. A look that has ended has no row."""

    row: int
    future: Future[None] | None = None


class Dispatch:
    """Sends rows in batches, each after a look at what is live, with several rows in flight.

    The look for a batch is under way while the last rows of the batch before leave: it begins as
    many rows early as the look before it took.

    Args:
        sender: Sends one row.
        guard: Looks, and keeps rows back.
        client: The chain, for its pace and clock.
        batch_size: Rows between two looks, and the most that are in flight.
        stopping: Tells whether no further row is to leave; asked before each batch, and about ten
            times a second.
        pool: Where rows and looks go on.
        bar: Shows how many rows have ended.
    """

    def __init__(
        self,
        sender: Sender,
        guard: Guard,
        client: Client,
        *,
        batch_size: int,
        stopping: Callable[[], bool],
        pool: ThreadPoolExecutor,
        bar: Bar,
    ) -> None:
        self._sender = sender
        self._guard = guard
        self._clock = client.clock
        self._asked_at = float("-inf")
        self._rows_a_second = min(client.pace.per_second, client.pace.per_minute / 60)
        self._batch_size = batch_size
        self._stopping = stopping
        self._pool = pool
        self._bar = bar
        self._events: queue.SimpleQueue[_Event] = queue.SimpleQueue()
        self._queued: set[int] = set()
        self._flying: set[int] = set()
        self._look: Future[None] | None = None

    def send(self, writes: Sequence[RowDecision]) -> None:
        """Send the rows in their order; creates go one at a time until the first has succeeded.

        Raises:
            ServiceError: What is live could not be read.
        """
        most = min(IN_FLIGHT, self._batch_size)
        start = 0
        while start < len(writes) and not self._sender.stopping:
            end = _end_of_batch(writes, start, self._batch_size, alone=not self._sender.has_created)
            alone = writes[start].action is Action.CREATE and not self._sender.has_created
            early = 0 if alone or end == len(writes) else self._rows_of_a_look()
            early = min(early, end - start - 1)  # a row of this batch has left before
            self._wait_for_room(1 if alone else most)
            self._wait_for_look()
            for left_over, decision in zip(
                range(end - start, 0, -1), writes[start:end], strict=True
            ):
                if left_over == early:
                    self._begin_look_if_needed(in_rows=early)
                self._wait_while(lambda: len(self._queued) >= _QUEUED or len(self._flying) >= most)
                first = left_over == end - start
                if self._is_to_stop() if first else self._sender.stopping:
                    break
                self._start(decision)
            if alone:
                self._wait_for_room(1)
                if self._sender.has_created and end < len(writes):
                    self._sender.rest(AFTER_FIRST_CREATE)
            start = end
        self._wait_for_room(1)

    def _rows_of_a_look(self) -> int:
        """Return how many rows leave in the time that the next look will take."""
        return math.ceil(self._guard.seconds_of_a_look * self._rows_a_second) + 1

    def _begin_look_if_needed(self, *, in_rows: int) -> None:
        """Begin a look, unless the last one will still serve when so many rows have left."""
        if self._look is None and self._guard.is_stale(in_rows / self._rows_a_second):
            self._look = self._pool.submit(self._guard.look)
            self._look.add_done_callback(lambda _: self._events.put(_Event(_NO_ROW)))

    def _wait_for_look(self) -> None:
        self._begin_look_if_needed(in_rows=0)
        look, self._look = self._look, None
        if look:
            self._wait_while(lambda: not look.done())
            look.result()

    def _wait_for_room(self, most: int) -> None:
        """Wait until one more row may be in flight where so many may."""
        self._wait_while(lambda: len(self._flying) >= most)

    def _start(self, decision: RowDecision) -> None:
        row = decision.row
        self._queued.add(row)
        self._flying.add(row)
        future = self._pool.submit(self._send_one, decision)
        future.add_done_callback(lambda ended: self._events.put(_Event(row, ended)))

    def _send_one(self, decision: RowDecision) -> None:
        if self._guard.lets_through(decision):
            self._sender.send(decision, left=lambda: self._events.put(_Event(decision.row)))

    def _is_to_stop(self) -> bool:
        self._asked_at = self._clock.now()
        return self._stopping()

    def _wait_while(self, condition: Callable[[], bool]) -> None:
        """Take note of what rows do until the condition holds no longer."""
        while condition():
            if self._clock.now() - self._asked_at >= _ASK_AGAIN:
                self._is_to_stop()
            try:
                event = self._events.get(timeout=_ASK_AGAIN)
            except queue.Empty:
                continue
            self._queued.discard(event.row)
            if event.future:
                self._flying.discard(event.row)
                event.future.result()
                self._bar.update(event.row in self._sender.outcomes)


def _end_of_batch(writes: Sequence[RowDecision], start: int, size: int, *, alone: bool) -> int:
    """Return where the batch from `start` ends; with `alone`, a create is a batch of its own.

    On the first create of a chain the service makes a product category; a second create at the
    same moment might make another.
    """
    end = min(start + size, len(writes))
    if not alone:
        return end
    creates = (i for i in range(start, end) if writes[i].action is Action.CREATE)
    return max(next(creates, end), start + 1)
