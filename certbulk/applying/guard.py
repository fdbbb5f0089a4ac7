"""A look at what is live before a batch leaves, so that nobody's change is overwritten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from certbulk.applying.compare import agrees, changed_since
from certbulk.applying.outcome import Status
from certbulk.core.payload import missing_in_record
from certbulk.errors import NotFoundError
from certbulk.planning import Action
from certbulk.planning.live import archived, plain_title

if TYPE_CHECKING:
    from collections.abc import Sequence

    from certbulk.api import Client
    from certbulk.applying.sender import Sender
    from certbulk.planning import Plan, RowDecision

__all__ = ["Guard"]


class Guard:
    """Keeps back rows whose live type is not what the plan was made from.

    One list serves a batch, or several that start within `staleness` seconds of it: what somebody
    changes after that list and before the row's request is not seen.
    """

    def __init__(self, plan: Plan, client: Client, sender: Sender, staleness: float) -> None:
        self._plan = plan
        self._client = client
        self._sender = sender
        self._staleness = staleness
        self._listed_at = float("-inf")
        self._live: dict[int, dict[str, Any]] = {}
        self._newer: dict[str, list[int]] = {}

    def let_through(self, batch: Sequence[RowDecision]) -> list[RowDecision]:
        """Return the rows of a batch that may be sent; the others have their outcome.

        Raises:
            ServiceError: What is live could not be read.
        """
        now = self._client.clock.now()
        if now - self._listed_at > self._staleness or self._listed_at == float("-inf"):
            self._live = {record["id"]: record for record in self._client.list()}
            self._newer = self._newer_by_title()
            self._listed_at = now
        own = {outcome.id for outcome in list(self._sender.outcomes.values())}
        return [decision for decision in batch if self._may_leave(decision, own)]

    def _newer_by_title(self) -> dict[str, list[int]]:
        """Return the ids that are newer than the plan, by title."""
        newer: dict[str, list[int]] = {}
        for number, record in self._live.items():
            if number not in self._plan.live_ids and not archived(record):
                newer.setdefault(plain_title(record.get("title")), []).append(number)
        return newer

    def _may_leave(self, decision: RowDecision, own: set[int | None]) -> bool:
        if decision.action is Action.CREATE:
            return self._title_is_free(decision, own)
        return self._is_as_planned(decision)

    def _title_is_free(self, decision: RowDecision, own: set[int | None]) -> bool:
        if self._plan.allow_duplicate_titles:
            return True
        newer = [n for n in self._newer.get(plain_title(decision.title), ()) if n not in own]
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
        record = self._live.get(decision.id or 0)
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
