"""The last listing of the live types: how old it may be, and which rows it holds back."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, NamedTuple

from certbulk.applying.outcome import Status
from certbulk.applying.sending.compare import changed_since
from certbulk.applying.sending.truth import Sight, sight_of
from certbulk.core.payload import missing_in_record
from certbulk.core.titles import strict
from certbulk.planning import Action
from certbulk.planning.live import archived, record_or_none
from certbulk.planning.sheet_words import SheetWords

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Set as AbstractSet

    from certbulk.api import Client
    from certbulk.planning import Plan, RowDecision

__all__ = ["Freshness", "Hold", "Why", "held_outcome"]

_SHORTEST = 0.25
"""The shortest use of a listing, in seconds, so that a request can leave between two."""

_NEVER = float("-inf")

Record = dict[str, Any]


class Why(Enum):
    """Why a row may not leave now."""

    OLD = auto()  # the listing is too old: the row may leave after a new one
    TAKEN = auto()  # a create whose title is live now
    CHANGED = auto()  # a type that was changed after the plan
    AS_WANTED = auto()  # a type that already is as the row asks
    GONE = auto()  # a type that no longer exists


class Hold(NamedTuple):
    """Why a row may not leave now, with what the listing showed, in words or as a record."""

    why: Why
    what: str = ""
    record: Record | None = None


@dataclass(slots=True)
class _Listing:
    """The live types at a moment of the clock that goes on while the machine sleeps."""

    began: float = _NEVER
    live: dict[int, Record] = field(default_factory=dict)
    titled: dict[str, list[int]] = field(default_factory=dict)


class _Read(NamedTuple):
    """One record read by its id, and when; None if it does not exist."""

    began: float
    record: Record | None


class Freshness:
    """Lists the live types, and holds back rows whose types are not as the plan expects.

    Nothing leaves if the last listing is older than `staleness` when the permit is given. If no
    row at all could leave in this time (ten thousand types take long to list), the bound doubles
    until one can.

    Args:
        plan: The plan that the run carries out.
        client: The chain.
        own_ids: Returns the ids of the types that this run has created or changed so far.
        staleness: The greatest age of a listing, in seconds.
    """

    def __init__(
        self,
        plan: Plan,
        client: Client,
        own_ids: Callable[[], AbstractSet[int | None]],
        staleness: float,
    ) -> None:
        self.listings = 0
        self._pages, self._page_seconds = 1, 0.0
        self._plan = plan
        self._client = client
        self._own_ids = own_ids
        self._staleness = staleness
        self._listing = _Listing()
        self._reads: dict[int, _Read] = {}
        self._first_seen: dict[int, int] = {}
        self._lock = threading.Lock()
        self._in_vain = 0
        self._came_too_late = self._has_left = False

    @property
    def bound(self) -> float:
        """The greatest age of a listing when a request leaves, in seconds."""
        return max(self._staleness, _SHORTEST) * 2.0**self._in_vain

    def age(self, began: float | None = None) -> float:
        """Return the age in seconds of the last listing, or of what began at `began`."""
        return self._client.clock.elapsed() - (self._listing.began if began is None else began)

    def is_due(self, in_seconds: float = 0.0) -> bool:
        """Whether a batch that begins in this time needs a new listing."""
        return self.age() + in_seconds > self._staleness

    def is_too_old(self, in_seconds: float = 0.0) -> bool:
        """Whether the last listing will be too old in this time for anything to leave."""
        return self.age() + in_seconds > self.bound

    def refresh(self) -> None:
        """List the live types. Never call this while holding the pace's lock: it needs permits.

        Raises:
            ServiceError: The live types could not be read.
        """
        left: list[float] = []

        def leaving() -> None:
            left.append(self._client.clock.elapsed())

        live = {record["id"]: record for record in self._client.list(leaving=leaving)}
        began = left[0]  # not before the wait for its permit, which may take a minute
        titled: dict[str, list[int]] = {}
        for number, record in live.items():
            if not archived(record):
                titled.setdefault(strict(record.get("title")), []).append(number)
        self._pages, self._page_seconds = len(left), self._client.clock.elapsed() - left[-1]
        with self._lock:
            if self._has_left:
                self._in_vain = 0
            elif self._came_too_late:
                self._in_vain += 1
            self._has_left = self._came_too_late = False
            self.listings += 1
            for number in live:
                self._first_seen.setdefault(number, self.listings)
            self._listing = _Listing(began, live, titled)  # in one step: rows may be reading it

    def listing_seconds(self, wait: float) -> float:
        """Return how long a listing is likely to take, if each page waits so long for its permit.

        Args:
            wait: Seconds that a page waits.
        """
        return self._pages * (wait + self._page_seconds)

    def was_live(self, number: int, listings: int) -> bool:
        """Whether an id was live when the plan was made, or in one of the first `listings`."""
        return (
            number in self._plan.live_ids or self._first_seen.get(number, listings + 1) <= listings
        )

    def prepare(self, decision: RowDecision) -> None:
        """Read a type that the list does not show whole. Never call this with the pace's lock.

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
        record = self._listing.live.get(number)
        return record is None or bool(missing_in_record(record))

    def hold(self, decision: RowDecision) -> Hold | None:
        """Return why a row may not leave now; None if it may. This sends nothing."""
        if self.is_too_old():
            return self._late()
        if decision.action is Action.CREATE:
            return self._title_is_taken(decision)
        number = decision.id or 0
        record = self._listing.live.get(number)
        if self._is_partial(number):
            read = self._reads.get(number)
            if read is None or self.age(read.began) > self.bound:
                return self._late()
            record = read.record
        return _not_as_planned(decision, record, SheetWords.of(self._plan.report))

    def left(self) -> None:
        """Note that a request has left since the last listing."""
        self._has_left = True

    def _late(self) -> Hold:
        self._came_too_late = True
        return Hold(Why.OLD)

    def _title_is_taken(self, decision: RowDecision) -> Hold | None:
        """Hold a create whose title belongs to a type that is new, or was renamed."""
        if self._plan.allow_duplicate_titles:
            return None
        titled = self._listing.titled.get(strict(decision.title))
        if not titled:
            return None
        own = self._own_ids()
        others = [number for number in titled if number not in own]
        return Hold(Why.TAKEN, ", ".join(map(str, others))) if others else None


def _not_as_planned(decision: RowDecision, record: Record | None, words: SheetWords) -> Hold | None:
    if record is None:
        return Hold(Why.GONE)
    changed = changed_since(decision.before or {}, record, words)
    if not changed:
        return None
    if decision.action is Action.UPDATE and sight_of(decision, record) is Sight.WANTED:
        return Hold(Why.AS_WANTED, changed, record)
    return Hold(Why.CHANGED, changed, record)


def held_outcome(decision: RowDecision, hold: Hold, *, doubtful: bool) -> tuple[Status, str, str]:
    """Return the outcome of a row that may not leave: status, code, message.

    Args:
        decision: The row.
        hold: Why it may not leave, other than an old listing.
        doubtful: Whether an earlier attempt may have been carried out.
    """
    ends = _HELD[hold.why]
    (status, code), says = ends[2:] if doubtful else ends[:2]
    if hold.why is Why.GONE and decision.action is Action.DELETE:
        status, code = (Status.DELETED if doubtful else Status.UNCHANGED), ""
    return status, code, says.format(what=hold.what)


_UNKNOWN, _BLOCKED = "unknown_outcome", "changed_since_plan"


class _Ends(NamedTuple):
    """The outcome of a held row: if no attempt is in doubt, and if one is."""

    sure: tuple[Status, str]
    says: str
    unsure: tuple[Status, str]
    says_unsure: str


_HELD = {
    Why.TAKEN: _Ends(
        (Status.BLOCKED, _BLOCKED),
        "Since the plan was made, a type with this title has appeared: id {what}. It was not "
        "created again. Make a new plan.",
        (Status.UNKNOWN, _UNKNOWN),  # it may be the late result of this row
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
