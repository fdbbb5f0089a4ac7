"""Rows leave one after the other at the pace, whatever time their answers take."""

from __future__ import annotations

import math
import queue
from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from certbulk.planning import Action
from certbulk.planning.estimate import AFTER_FIRST_CREATE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Future, ThreadPoolExecutor

    from certbulk.applying.sending.freshness import Freshness
    from certbulk.applying.sending.ledger import Ledger
    from certbulk.applying.sending.options import Job
    from certbulk.applying.sending.progress import Bar
    from certbulk.applying.sending.send_row import Sender
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
    future: Future[bool] | None = None


class Dispatch:
    """Sends rows in batches, on looks at what is live, with several rows in flight.

    A look is under way while rows still leave on the one before: it begins as many rows early as
    that one took. A row whose look has become too old before it could leave goes back into the
    line, and one look serves all that wait.

    Args:
        job: The run. Its `batch_size` is the most rows that leave before it is asked whether the
            last look will do for more, and the most that are in flight.
        sender: Sends one row.
        ledger: Keeps the outcomes.
        freshness: Looks at what is live, and knows how old the last look is.
        stopping: Returns whether no further row is to leave; asked before each batch, and about ten
            times a second.
        pool: Where rows and looks go on.
        bar: Shows how many rows have ended.
    """

    def __init__(
        self,
        job: Job,
        sender: Sender,
        ledger: Ledger,
        freshness: Freshness,
        *,
        stopping: Callable[[], bool],
        pool: ThreadPoolExecutor,
        bar: Bar,
    ) -> None:
        self._sender = sender
        self._ledger = ledger
        self._freshness = freshness
        self._clock = job.client.clock
        self._asked_at = float("-inf")
        self._rows_a_second = min(job.client.pace.per_second, job.client.pace.per_minute / 60)
        self._batch_size = job.options.batch_size
        self._most = min(IN_FLIGHT, self._batch_size)
        self._stopping = stopping
        self._pool = pool
        self._bar = bar
        self._events: queue.SimpleQueue[_Event] = queue.SimpleQueue()
        self._line: deque[RowDecision] = deque()
        self._back: dict[int, RowDecision] = {}
        self._queued: set[int] = set()
        self._flying: dict[int, RowDecision] = {}
        self._look: Future[None] | None = None
        self._left_in_batch = 0
        self._has_looked = False

    def send(self, writes: Sequence[RowDecision]) -> None:
        """Send the rows in their order; creates go one at a time until the first has succeeded.

        Raises:
            ServiceError: What is live could not be read.
        """
        self._line = deque(writes)
        self._left_in_batch = 0
        while not self._ledger.stopping:
            self._take_back()
            self._take_look()
            if not self._line and not self._flying:
                break
            if self._line:
                self._send_next()
            else:  # but one of those in flight may come back
                self._wait_while(lambda: bool(self._flying) and not self._back)
        self._wait_for_room(1)

    def _send_next(self) -> None:
        """Let the next row of the line leave when it may, unless something else is due first."""
        alone = self._is_to_go_alone()
        self._wait_for_room(1 if alone else self._most)
        if self._back:
            return
        self._look_if_due(alone=alone)
        self._look_early()
        self._wait_while(lambda: len(self._queued) >= _QUEUED or len(self._flying) >= self._most)
        if self._ledger.stopping:
            return
        self._start(self._line.popleft())
        self._left_in_batch -= 1
        if alone:
            self._rest_after_the_first()

    def _look_if_due(self, *, alone: bool) -> None:
        """Wait for a new look if a batch begins that needs one, or the last one has run out."""
        if alone or not self._left_in_batch:
            early = self._has_looked and not self._freshness.is_too_old()  # it was for this batch
            if not early and self._freshness.is_due():
                self._look_now()
            self._has_looked = False
            self._is_to_stop()
            self._left_in_batch = 1 if alone else self._batch_size
        elif self._freshness.is_too_old():
            self._look_now()

    def _is_to_go_alone(self) -> bool:
        """Return whether the next row is the first create, on which the service makes a category.

        A second create at the same moment might make another (fact:first_creation).
        """
        return self._line[0].action is Action.CREATE and not self._ledger.has_created

    def _rest_after_the_first(self) -> None:
        self._wait_for_room(1)
        if self._ledger.has_created and (self._line or self._back):
            self._sender.rest(AFTER_FIRST_CREATE)

    def _take_back(self) -> None:
        """Put rows that could not leave to the head of the line, in their order."""
        rows = sorted(self._back, reverse=True)
        self._line.extendleft(self._back.pop(row) for row in rows)

    def _look_early(self) -> None:
        """Begin a look that is due soon, so that it is there when it is."""
        if self._look is not None or self._ledger.stopping or self._is_to_go_alone():
            return
        looking = self._freshness.seconds_of_a_look + (_QUEUED + 1) / self._rows_a_second
        leaving = (len(self._line) + len(self._queued)) / self._rows_a_second
        runs_out = self._freshness.is_too_old(looking) and self._freshness.is_too_old(leaving)
        rows_of_a_look = math.ceil(self._freshness.seconds_of_a_look * self._rows_a_second) + 1
        early = min(rows_of_a_look, self._batch_size - 1)
        batch_ends = self._left_in_batch == early < len(self._line) and self._freshness.is_due(
            early / self._rows_a_second
        )
        if runs_out or batch_ends:
            self._begin_look()

    def _begin_look(self) -> Future[None]:
        look = self._pool.submit(self._freshness.look)
        look.add_done_callback(lambda _: self._events.put(_Event(_NO_ROW)))
        self._look = look
        return look

    def _take_look(self) -> None:
        """Take note of a look that has ended.

        Raises:
            ServiceError: What is live could not be read.
        """
        if self._look is not None and self._look.done():
            look, self._look = self._look, None
            look.result()
            self._has_looked = True

    def _look_now(self) -> None:
        """Wait for the look that is under way, or for one that begins now."""
        look = self._look or self._begin_look()
        self._wait_while(lambda: not look.done())
        self._take_look()

    def _wait_for_room(self, most: int) -> None:
        """Wait until one more row may be in flight where so many may."""
        self._wait_while(lambda: len(self._flying) >= most)

    def _start(self, decision: RowDecision) -> None:
        row = decision.row
        self._queued.add(row)
        self._flying[row] = decision
        future = self._pool.submit(self._send_one, decision)
        future.add_done_callback(lambda ended: self._events.put(_Event(row, ended)))

    def _send_one(self, decision: RowDecision) -> bool:
        return self._sender.send(decision, left=lambda: self._events.put(_Event(decision.row)))

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
            self._note(event)

    def _note(self, event: _Event) -> None:
        self._queued.discard(event.row)
        if event.future:
            decision = self._flying.pop(event.row)
            if event.future.result():
                self._bar.update(event.row in self._ledger.outcomes)
            else:
                self._back[event.row] = decision
