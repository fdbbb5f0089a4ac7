"""How old the last look at what is live may be, and what it says of a row about to leave."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, NamedTuple

from certbulk.api.listing import PAGE_SIZE
from certbulk.applying.outcome import Status
from certbulk.applying.sending.compare import changed_since
from certbulk.applying.sending.truth import Sight, sight_of
from certbulk.core.payload import missing_in_record
from certbulk.core.titles import strict
from certbulk.planning import Action
from certbulk.planning.live import archived, record_or_none

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Set as AbstractSet

    from certbulk.api import Client
    from certbulk.planning import Plan, RowDecision

__all__ = ["Freshness", "Hold", "Why", "held_outcome"]

_SHORTEST = 0.25
"""Seconds that a look serves at least: less, and no request could leave between two looks."""

_NEVER = float("-inf")

Record = dict[str, Any]


class Why(Enum):
    """Why a row may not leave now."""

    OLD = auto()  # the look is too old: it may leave after another one
    TAKEN = auto()  # a create whose title is live by now
    CHANGED = auto()  # a type that is not as the plan has it
    AS_WANTED = auto()  # a type that is by now what the row would make of it
    GONE = auto()  # a type that is not there any more


class Hold(NamedTuple):
    """A row that may not leave now: why, and what the look showed, in words or as a record."""

    why: Why
    what: str = ""
    record: Record | None = None


@dataclass(slots=True)
class _Look:
    """What was live at a moment, by the clock that goes on while the machine sleeps."""

    began: float = _NEVER
    live: dict[int, Record] = field(default_factory=dict)
    titled: dict[str, list[int]] = field(default_factory=dict)


class _Read(NamedTuple):
    """One record read by its id, and when; None for one that is not there."""

    began: float
    record: Record | None


class Freshness:
    """Lists what is live, and holds rows back that are not as the plan has them.

    A look bounds every request: one that is older than `staleness` when the permit is there lets
    nothing leave. If no row could leave within it at all (a list of ten thousand types takes long
    to read), the bound doubles until one can.

    Args:
        plan: The plan that the run carries out.
        client: The chain.
        own_ids: Returns the ids of the types that this run has created or changed so far.
        staleness: Seconds that a look may be old.
    """

    def __init__(
        self,
        plan: Plan,
        client: Client,
        own_ids: Callable[[], AbstractSet[int | None]],
        staleness: float,
    ) -> None:
        self.seconds_of_a_look = 0.0
        self.looks = 0
        self._plan = plan
        self._client = client
        self._own_ids = own_ids
        self._staleness = staleness
        self._look = _Look()
        self._reads: dict[int, _Read] = {}
        self._first_seen: dict[int, int] = {}
        self._lock = threading.Lock()
        self._in_vain = 0
        self._came_too_late = self._has_left = False

    @property
    def bound(self) -> float:
        """Seconds that a look may be old when a request leaves."""
        return max(self._staleness, _SHORTEST) * 2.0**self._in_vain

    def age(self, began: float | None = None) -> float:
        """Return how old the last look is, or what began at another moment, in seconds."""
        return self._client.clock.elapsed() - (self._look.began if began is None else began)

    def is_due(self, in_seconds: float = 0.0) -> bool:
        """Return whether a batch that begins in so many seconds needs a new look."""
        return self.age() + in_seconds > self._staleness

    def is_too_old(self, in_seconds: float = 0.0) -> bool:
        """Return whether nothing may leave on the last look in so many seconds."""
        return self.age() + in_seconds > self.bound

    def look(self) -> None:
        """List what is live. No permit's turn may be held: it takes permits itself.

        Raises:
            ServiceError: What is live could not be read.
        """
        left: list[float] = []

        def leaving() -> None:
            left.append(self._client.clock.elapsed())

        live = {record["id"]: record for record in self._client.list(leaving=leaving)}
        began = left[0]  # and not before the wait for its permit, which may be a minute
        titled: dict[str, list[int]] = {}
        for number, record in live.items():
            if not archived(record):
                titled.setdefault(strict(record.get("title")), []).append(number)
        took = self._client.clock.elapsed() - began
        pages = -(-len(live) // PAGE_SIZE) + 1
        with self._lock:
            if self._has_left:
                self._in_vain = 0
            elif self._came_too_late:
                self._in_vain += 1
            self._has_left = self._came_too_late = False
            self.looks += 1
            for number in live:
                self._first_seen.setdefault(number, self.looks)
            self._look = _Look(began, live, titled)  # at once: rows may be asking
        self.seconds_of_a_look = took / pages * (pages + 1)  # the run makes the list longer

    def was_live(self, number: int, looks: int) -> bool:
        """Return whether an id was live when the plan was made, or at one of the first `looks`."""
        return number in self._plan.live_ids or self._first_seen.get(number, looks + 1) <= looks

    def prepare(self, decision: RowDecision) -> None:
        """Read what the list does not show of a row's type; no permit's turn may be held.

        Raises:
            ServiceError: It could not be read.
        """
        number = decision.id
        if decision.action is Action.CREATE or number is None or not self._is_partial(number):
            return
        read = self._reads.get(number)
        if read is None or self.age(read.began) > self.bound / 2:
            began = self._client.clock.elapsed()
            self._reads[number] = _Read(began, record_or_none(self._client, number))

    def _is_partial(self, number: int) -> bool:
        record = self._look.live.get(number)
        return record is None or bool(missing_in_record(record))

    def hold(self, decision: RowDecision) -> Hold | None:
        """Return why a row may not leave now; None if it may. Nothing is sent for the answer."""
        if self.is_too_old():
            return self._late()
        if decision.action is Action.CREATE:
            return self._title_is_taken(decision)
        number = decision.id or 0
        record = self._look.live.get(number)
        if self._is_partial(number):
            read = self._reads.get(number)
            if read is None or self.age(read.began) > self.bound:
                return self._late()
            record = read.record
        return _not_as_planned(decision, record)

    def left(self) -> None:
        """Note that a request leaves on the last look."""
        self._has_left = True

    def _late(self) -> Hold:
        self._came_too_late = True
        return Hold(Why.OLD)

    def _title_is_taken(self, decision: RowDecision) -> Hold | None:
        """Hold a create whose title a type has that is new, or was renamed, since the plan."""
        if self._plan.allow_duplicate_titles:
            return None
        titled = self._look.titled.get(strict(decision.title))
        if not titled:
            return None
        own = self._own_ids()
        others = [number for number in titled if number not in own]
        return Hold(Why.TAKEN, ", ".join(map(str, others))) if others else None


def _not_as_planned(decision: RowDecision, record: Record | None) -> Hold | None:
    if record is None:
        return Hold(Why.GONE)
    changed = changed_since(decision.before or {}, record)
    if not changed:
        return None
    if decision.action is Action.UPDATE and sight_of(decision, record) is Sight.WANTED:
        return Hold(Why.AS_WANTED, changed, record)
    return Hold(Why.CHANGED, changed, record)


def held_outcome(decision: RowDecision, hold: Hold, *, doubtful: bool) -> tuple[Status, str, str]:
    """Return how a row ends that may not leave: status, code, message.

    Args:
        decision: The row.
        hold: Why it may not leave; not because the look is too old.
        doubtful: Whether an earlier attempt of it may have been carried out.
    """
    ends = _HELD[hold.why]
    (status, code), says = ends[2:] if doubtful else ends[:2]
    if hold.why is Why.GONE and decision.action is Action.DELETE:
        status, code = (Status.DELETED if doubtful else Status.UNCHANGED), ""
    return status, code, says.format(what=hold.what)


_UNKNOWN, _BLOCKED = "unknown_outcome", "changed_since_plan"


class _Ends(NamedTuple):
    """How a held row ends: if no attempt is in doubt, and if one is."""

    sure: tuple[Status, str]
    says: str
    unsure: tuple[Status, str]
    says_unsure: str


_HELD = {
    Why.TAKEN: _Ends(
        (Status.BLOCKED, _BLOCKED),
        "Since the plan was made, a type with this title has appeared: id {what}. It was not "
        "created again. Make a new plan.",
        (Status.UNKNOWN, _UNKNOWN),  # it may be this row's own, landed late
        "An earlier attempt may have been carried out, and a newer type has this title: id {what}.",
    ),
    Why.CHANGED: _Ends(
        (Status.BLOCKED, _BLOCKED),
        "The live type was changed after the plan was made, and was not overwritten: {what}. "
        "Make a new plan.",
        (Status.UNKNOWN, _UNKNOWN),
        "The answer was lost, and the type has changed since the plan: {what}. Look at it in the "
        "service.",
    ),
    Why.AS_WANTED: _Ends(
        (Status.UNCHANGED, ""),
        "Somebody has made the same change already.",
        (Status.UPDATED, ""),
        "",
    ),
    Why.GONE: _Ends(
        (Status.BLOCKED, _BLOCKED),
        "The type was deleted after the plan was made.",
        (Status.BLOCKED, _BLOCKED),
        "The type was deleted after the plan was made.",
    ),
}
