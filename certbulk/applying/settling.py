"""Finding out what became of requests without a clear answer, by looking at what is live."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from certbulk.applying.compare import agrees, changed_since
from certbulk.applying.outcome import Status
from certbulk.core.payload import missing_in_record
from certbulk.errors import NotFoundError
from certbulk.planning import Action
from certbulk.planning.live import plain_title

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from certbulk.api import Client
    from certbulk.applying.sender import Sender
    from certbulk.planning import Plan, RowDecision

__all__ = ["Settling"]

_LOOKS = 2


class Settling:
    """Settles rows whose request left and whose outcome is not known.

    Args:
        plan: The plan that the run carries out.
        client: The chain.
        sender: Where outcomes are kept.
        pause: Seconds before each look, long enough for a slow server to end what it began.
        others: The ids that other runs of this machine have created.
    """

    def __init__(
        self,
        plan: Plan,
        client: Client,
        sender: Sender,
        *,
        pause: float,
        others: Callable[[], frozenset[int]],
    ) -> None:
        self._plan = plan
        self._client = client
        self._sender = sender
        self._pause = pause
        self._others = others
        self._sent_again = False

    def settle(self, doubtful: Sequence[RowDecision]) -> list[RowDecision]:
        """Settle what a look can settle; return the rows that did not land and may be sent again.

        A create has landed when exactly one type that is newer than the plan, and that no other
        row can claim, has its title and agrees in all that counts. It has not landed when no newer
        type has its title, at two looks. Anything else stays unknown, for a person to decide.

        Raises:
            ServiceError: What is live could not be read; the rows stay unknown.
        """
        if not doubtful:
            return []
        again: list[RowDecision] = []
        creates = [d for d in doubtful if d.action is Action.CREATE]
        for look in range(_LOOKS):
            self._sender.rest(self._pause)
            if self._sender.stopping:
                return []
            if not creates:
                break
            newer = self._newer(creates)
            if look == _LOOKS - 1 or all(newer[d.row] for d in creates):
                again += self._judge_creates(creates, newer)
                break
        for decision in doubtful:
            if decision.action is not Action.CREATE and not self._judge_change(decision):
                again.append(decision)
        self._sent_again |= any(decision.action is Action.CREATE for decision in again)
        return sorted(again, key=lambda decision: decision.row)

    def look_for_doubles(self) -> None:
        """Say of creates that were sent more than once if a second type is there.

        A service that ended a broken-off request only after both looks has it twice then. Where a
        create was sent again just now, that is looked for after one more pause.

        Raises:
            ServiceError: What is live could not be read.
        """
        repeated = [
            decision
            for decision in self._plan.decisions
            if decision.action is Action.CREATE
            and (outcome := self._sender.outcomes.get(decision.row)) is not None
            and outcome.status is Status.CREATED
            and outcome.attempts > 1
        ]
        if not repeated:
            return
        if self._sent_again:
            self._sender.rest(self._pause)
        for row, others in self._newer(repeated).items():
            if others:
                outcome = self._sender.outcomes[row]
                ids = ", ".join(str(record["id"]) for record in others)
                message = (
                    f"The create was sent again after a look had not found it. Now id {outcome.id} "
                    f"is this row's, and of a newer type with its title: {ids}. Delete one of them."
                )
                self._sender.remark(row, "possibly_doubled", message)

    def _newer(self, creates: Sequence[RowDecision]) -> dict[int, list[dict[str, Any]]]:
        """Return for each row the types newer than the plan that have its title."""
        known = (
            self._plan.live_ids
            | self._others()
            | {
                outcome.id
                for outcome in self._sender.outcomes.values()
                if outcome.status is Status.CREATED
            }
        )
        titles = {plain_title(decision.title) for decision in creates}
        found: dict[str, list[dict[str, Any]]] = {title: [] for title in titles}
        for record in self._client.list():
            title = plain_title(record.get("title"))
            if record["id"] not in known and title in found:
                whole = self._client.get(record["id"]) if missing_in_record(record) else record
                found[title].append(whole)
        return {decision.row: found[plain_title(decision.title)] for decision in creates}

    def _judge_creates(
        self, creates: Sequence[RowDecision], newer: dict[int, list[dict[str, Any]]]
    ) -> list[RowDecision]:
        again = []
        claims: dict[int, int] = {}
        for decision in creates:
            for record in newer[decision.row]:
                claims[record["id"]] = claims.get(record["id"], 0) + 1
        for decision in creates:
            candidates = newer[decision.row]
            if not candidates:
                again.append(decision)
                continue
            record = candidates[0]
            mine = len(candidates) == 1 and claims[record["id"]] == 1 and agrees(decision, record)
            if mine:
                outcome = self._sender.carried_out(decision, record, "adopted")
                self._sender.keep(decision, outcome, record)
                continue
            ids = ", ".join(str(candidate["id"]) for candidate in candidates)
            self._sender.judge(
                decision,
                Status.UNKNOWN,
                "unknown_outcome",
                f"The answer was lost, and newer types have this title: {ids}. Which of them, if "
                "any, is this row's cannot be told: look at them, and write the id into the row.",
            )
        return again

    def _judge_change(self, decision: RowDecision) -> bool:
        """Settle an update or a deletion by reading the record; False if it did not land."""
        try:
            record = self._client.get(decision.id or 0)
        except NotFoundError:
            if decision.action is Action.DELETE:
                self._sender.keep(decision, self._sender.carried_out(decision, None), None)
            else:
                message = "The type is not there any more."
                self._sender.judge(decision, Status.FAILED, "not_found", message)
            return True
        if decision.action is Action.UPDATE and agrees(decision, record):
            self._sender.keep(decision, self._sender.carried_out(decision, record), record)
            return True
        changed = changed_since(decision.before or {}, record)
        if not changed:
            return False
        self._sender.judge(
            decision,
            Status.UNKNOWN,
            "unknown_outcome",
            f"The answer was lost, and the type is neither as it was nor as it was to be: "
            f"{changed}. Look at it in the service.",
        )
        return True
