"""Send rows at the allowed rate, without waiting for each answer."""

from __future__ import annotations

import math
import queue
from collections import deque
from statistics import median
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
    from certbulk.applying.sending.send_row import RowSender
    from certbulk.planning import RowDecision

__all__ = ["IN_FLIGHT", "Batches"]

IN_FLIGHT = 32
"""The most rows in flight: enough to keep the pace if answers take eight seconds."""

_QUEUED = 2
"""The most rows that wait for a permit: enough that no permit is unused."""

_ASK_AGAIN = 0.1
"""Seconds between two checks for a stop request."""

_GAPS = 5
"""The gaps between rows that tell how fast rows leave: one long wait among them tells nothing."""

_NO_ROW = 0


class _Event(NamedTuple):
    """A row has left, or ended if `future` is given; or a listing has ended (`_NO_ROW`)."""

    row: int
    future: Future[bool] | None = None


class Batches:
    """Sends rows in batches, with several rows in flight, and lists the live types in between.

    A listing is read while rows still leave on the one before: it begins early, by the number of
    rows that leave in the time of a listing. If the listing has become too old before a row could
    leave, the row goes back into the queue, and one new listing serves all rows that wait.

    Args:
        job: The run. Its `batch_size` is the number of rows after which the age of the listing is
            checked, and the most rows in flight.
        row_sender: Sends one row.
        ledger: Keeps the outcomes.
        freshness: Lists the live types, and knows the age of the last listing.
        stopping: Returns whether no further row may leave; called before each batch, and about ten
            times a second.
        pool: Runs rows and listings.
        bar: Shows the number of rows that have ended.
    """

    def __init__(
        self,
        job: Job,
        row_sender: RowSender,
        ledger: Ledger,
        freshness: Freshness,
        *,
        stopping: Callable[[], bool],
        pool: ThreadPoolExecutor,
        bar: Bar,
    ) -> None:
        self._row_sender = row_sender
        self._ledger = ledger
        self._freshness = freshness
        self._clock = job.client.clock
        self._asked_at = float("-inf")
        pace = job.client.pace
        self._shortest_gap = max(1 / pace.per_second, 60 / pace.per_minute)
        self._gaps: deque[float] = deque(maxlen=_GAPS)
        self._left_at: float | None = None  # None if no row waited behind it
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
        self._refresh: Future[None] | None = None
        self._left_in_batch = 0
        self._has_refreshed = False

    def send(self, writes: Sequence[RowDecision]) -> None:
        """Send the rows in their order; creates are sent one by one until the first succeeds.

        Raises:
            ServiceError: The live types could not be read.
        """
        self._line = deque(writes)
        self._left_in_batch = 0
        while not self._ledger.stopping:
            self._take_back()
            self._take_refresh()
            if not self._line and not self._flying:
                break
            if self._line:
                self._send_next()
            else:  # a row in flight may come back
                self._wait_while(lambda: bool(self._flying) and not self._back)
        self._wait_for_room(1)

    def _send_next(self) -> None:
        """Send the next row when it may leave, unless something else is due first."""
        alone = self._is_to_go_alone()
        self._wait_for_room(1 if alone else self._most)
        if self._back:
            return
        self._refresh_if_due(alone=alone)
        self._refresh_early()
        self._wait_while(lambda: self._is_enough_queued() or len(self._flying) >= self._most)
        if self._ledger.stopping:
            return
        self._start(self._line.popleft())
        self._left_in_batch -= 1
        if alone:
            self._rest_after_the_first()

    def _refresh_if_due(self, *, alone: bool) -> None:
        """Wait for a new listing if a batch begins that needs one, or the last is too old."""
        if alone or not self._left_in_batch:
            # A listing that was begun early was for this batch.
            early = self._has_refreshed and not self._freshness.is_too_old()
            if not early and self._freshness.is_due():
                self._refresh_now()
            self._has_refreshed = False
            self._is_to_stop()
            self._left_in_batch = 1 if alone else self._batch_size
        elif self._freshness.is_too_old():
            self._refresh_now()

    def _is_to_go_alone(self) -> bool:
        """Whether the next row is the first create, for which the service makes a category.

        A second create at the same moment might make another category (fact:first_creation).
        """
        return self._line[0].action is Action.CREATE and not self._ledger.has_created

    def _rest_after_the_first(self) -> None:
        self._wait_for_room(1)
        if self._ledger.has_created and (self._line or self._back):
            self._row_sender.pause(AFTER_FIRST_CREATE)

    def _take_back(self) -> None:
        """Put rows that could not leave at the head of the queue, in their order."""
        rows = sorted(self._back, reverse=True)
        self._line.extendleft(self._back.pop(row) for row in rows)

    def _refresh_early(self) -> None:
        """Begin a listing that is due soon, so that it is ready in time."""
        if self._refresh is not None or self._ledger.stopping or self._is_to_go_alone():
            return
        gap = self._gap()
        listing = self._freshness.listing_seconds(wait=2 * gap)  # behind the row that waits
        needed = listing + 2 * gap  # two rows may wait already, and the next look is a row later
        leaving = (len(self._line) + len(self._queued)) * gap
        runs_out = self._freshness.is_too_old(needed) and self._freshness.is_too_old(leaving)
        early = min(math.ceil(listing / gap) + 1, self._batch_size - 1)
        batch_ends = self._left_in_batch == early < len(self._line) and self._freshness.is_due(
            early * gap
        )
        if runs_out or batch_ends:
            self._begin_refresh()

    def _is_enough_queued(self) -> bool:
        """Whether enough rows wait for a permit: fewer while a listing waits in the same line."""
        return len(self._queued) >= (1 if self._refresh else _QUEUED)

    def _gap(self) -> float:
        """Return the seconds between two rows that leave; in a shared lane, others leave too."""
        return max(self._shortest_gap, median(self._gaps)) if self._gaps else self._shortest_gap

    def _begin_refresh(self) -> Future[None]:
        refresh = self._pool.submit(self._freshness.refresh)
        refresh.add_done_callback(lambda _: self._events.put(_Event(_NO_ROW)))
        self._refresh = refresh
        return refresh

    def _take_refresh(self) -> None:
        """Note a listing that has ended.

        Raises:
            ServiceError: The live types could not be read.
        """
        if self._refresh is not None and self._refresh.done():
            refresh, self._refresh = self._refresh, None
            refresh.result()
            self._has_refreshed = True

    def _refresh_now(self) -> None:
        """Wait for the listing that is under way, or for one that begins now."""
        refresh = self._refresh or self._begin_refresh()
        self._wait_while(lambda: not refresh.done())
        self._take_refresh()

    def _wait_for_room(self, most: int) -> None:
        """Wait until fewer than `most` rows are in flight."""
        self._wait_while(lambda: len(self._flying) >= most)

    def _start(self, decision: RowDecision) -> None:
        row = decision.row
        self._queued.add(row)
        self._flying[row] = decision
        future = self._pool.submit(self._send_one, decision)
        future.add_done_callback(lambda ended: self._events.put(_Event(row, ended)))

    def _send_one(self, decision: RowDecision) -> bool:
        return self._row_sender.send(decision, left=lambda: self._events.put(_Event(decision.row)))

    def _is_to_stop(self) -> bool:
        self._asked_at = self._clock.now()
        return self._stopping()

    def _wait_while(self, condition: Callable[[], bool]) -> None:
        """Handle events while the condition is true."""
        while condition():
            if self._clock.now() - self._asked_at >= _ASK_AGAIN:
                self._is_to_stop()
            try:
                event = self._events.get(timeout=_ASK_AGAIN)
            except queue.Empty:
                continue
            self._note(event)

    def _note(self, event: _Event) -> None:
        if event.row in self._queued:
            self._queued.remove(event.row)
            if event.future is None:
                self._note_gap()
        if event.future:
            decision = self._flying.pop(event.row)
            if event.future.result():
                self._bar.update(event.row in self._ledger.outcomes)
            else:
                self._back[event.row] = decision

    def _note_gap(self) -> None:
        """Note the time since the last row left, if this one waited behind it."""
        left_at = self._clock.now()
        if self._left_at is not None:
            self._gaps.append(left_at - self._left_at)
        self._left_at = left_at if self._queued else None
