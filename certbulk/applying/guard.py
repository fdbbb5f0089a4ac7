"""A look at what is live before a batch leaves, so that nobody's change is overwritten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from certbulk.api.client import PAGE_SIZE
from certbulk.applying.compare import agrees, changed_since
from certbulk.applying.outcome import Status
from certbulk.core.payload import missing_in_record
from certbulk.errors import NotFoundError
from certbulk.planning import Action
from certbulk.planning.live import archived, plain_title

if TYPE_CHECKING:
    from certbulk.api import Client
    from certbulk.applying.sender import Sender
    from certbulk.planning import Plan, RowDecision

__all__ = ["Guard"]


class _Look(NamedTuple):
    """What was live at a moment: the records by id, and the ids newer than the plan by title."""

    live: dict[int, dict[str, Any]]
    newer: dict[str, list[int]]


class Guard:
    """Keeps back rows whose live type is not what the plan was made from.

    One look serves a batch, or several that start within `staleness` seconds of it: what somebody
    changes after the look and before the row's request is not seen.

    Args:
        plan: The plan that the run carries out.
        client: The chain.
        sender: Where outcomes are kept.
        staleness: Seconds that a look may be old when a batch starts.
    """

    def __init__(self, plan: Plan, client: Client, sender: Sender, staleness: float) -> None:
        self.seconds_of_a_look = 0.0
        self._plan = plan
        self._client = client
        self._sender = sender
        self._staleness = staleness
        self._looked_at = float("-inf")
        self._look = _Look({}, {})

    def is_stale(self, in_seconds: float = 0.0) -> bool:
        """Tell whether the last look will be too old in so many seconds."""
        age = self._client.clock.now() - self._looked_at + in_seconds
        return age > self._staleness or self._looked_at == float("-inf")

    def look(self) -> None:
        """List what is live.

        Raises:
            ServiceError: What is live could not be read.
        """
        began = self._client.clock.now()
        live = {record["id"]: record for record in self._client.list()}
        newer: dict[str, list[int]] = {}
        for number, record in live.items():
            if number not in self._plan.live_ids and not archived(record):
                newer.setdefault(plain_title(record.get("title")), []).append(number)
        self._look = _Look(live, newer)  # at once: rows of the batch before may be asking
        self._looked_at = began
        pages = -(-len(live) // PAGE_SIZE) + 1
        took = self._client.clock.now() - began
        self.seconds_of_a_look = took / pages * (pages + 1)  # the run makes the list longer

    def lets_through(self, decision: RowDecision) -> bool:
        """Tell whether a row may be sent; one that may not has its outcome.

        Raises:
            ServiceError: What is live could not be read.
        """
        if decision.action is Action.CREATE:
            return self._title_is_free(decision)
        return self._is_as_planned(decision)

    def _title_is_free(self, decision: RowDecision) -> bool:
        newer = self._look.newer.get(plain_title(decision.title))
        if self._plan.allow_duplicate_titles or not newer:
            return True
        own = {outcome.id for outcome in list(self._sender.outcomes.values())}
        newer = [number for number in newer if number not in own]
        if not newer:
            return True
        ids = ", ".join(map(str, newer))
        if self._sender.attempts(decision.row):  # it may be this row's own, landed late
            message = f"The answer was lost, and a newer type has this title: {ids}."
            self._sender.judge(decision, Status.UNKNOWN, "unknown_outcome", message)
        else:
            message = (
                f"A type with this title has appeared since the plan was made, with id {ids}. "
                "It was not created again. Make a new plan."
            )
            self._sender.judge(decision, Status.BLOCKED, "changed_since_plan", message)
        return False

    def _is_as_planned(self, decision: RowDecision) -> bool:
        record = self._look.live.get(decision.id or 0)
        if record is None or missing_in_record(record):
            try:
                record = self._client.get(decision.id or 0)
            except NotFoundError:
                deleting = decision.action is Action.DELETE
                self._sender.judge(
                    decision,
                    Status.UNCHANGED if deleting else Status.BLOCKED,
                    "" if deleting else "changed_since_plan",
                    "The type was deleted after the plan was made.",
                )
                return False
        changed = changed_since(decision.before or {}, record)
        if not changed:
            return True
        if decision.action is Action.UPDATE and agrees(decision, record):
            if self._sender.attempts(decision.row):  # this row's own, landed late
                outcome = self._sender.carried_out(decision, record)
                self._sender.keep(decision, outcome, record)
                return False
            self._sender.judge(
                decision, Status.UNCHANGED, "", "Somebody has made the same change already."
            )
            return False
        self._sender.judge(
            decision,
            Status.BLOCKED,
            "changed_since_plan",
            f"The live type was changed after the plan was made, and was not overwritten: "
            f"{changed}. Make a new plan.",
        )
        return False
