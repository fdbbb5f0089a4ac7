"""Checks in the live list what became of requests without a credible answer."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from certbulk.applying.outcome import Status
from certbulk.applying.phases import Phase
from certbulk.applying.sending.compare import changed_since
from certbulk.applying.sending.truth import Claim, Found, Sight, found_among, sight_of, verdict
from certbulk.core.counting import counted
from certbulk.core.payload import missing_in_record
from certbulk.core.titles import loosely_same
from certbulk.errors import NotFoundError
from certbulk.logs import LOG
from certbulk.planning import Action
from certbulk.planning.live import record_or_none

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from certbulk.applying.sending.ledger import Ledger
    from certbulk.applying.sending.options import Job
    from certbulk.applying.sending.send_row import RowSender
    from certbulk.planning import RowDecision

__all__ = ["Settling", "suspected"]

Record = dict[str, Any]


class Settling:
    """Settles rows whose request left and whose outcome is unknown.

    Args:
        job: The run.
        row_sender: Sends rows again.
        ledger: Keeps the outcomes.
        pause: Shows a phase, waits until a slow server has ended what it began, and returns
            whether the run still goes on.
    """

    def __init__(
        self, job: Job, row_sender: RowSender, ledger: Ledger, *, pause: Callable[[Phase], bool]
    ) -> None:
        self._client = job.client
        self._row_sender = row_sender
        self._ledger = ledger
        self._pause = pause
        self._hidden: set[int] = set()

    def settle(self, doubtful: Sequence[RowDecision], *, fresh: bool = True) -> list[RowDecision]:
        """Settle rows by listings; return those that were not carried out and may leave again.

        A newer type that no row's answer explains is the row's if it alone has strictly the row's
        title and agrees in all fields that count. The row was not carried out if no newer,
        unexplained type in either of two listings may be the row's. In all other cases the row
        stays unknown, for a person to decide.

        Args:
            doubtful: The rows.
            fresh: Whether their requests have only just left, so that a slow service gets time
                before the first listing as well.

        Raises:
            ServiceError: The live types could not be read; the rows stay unknown.
        """
        creates = [d for d in doubtful if d.action is Action.CREATE]
        again: list[RowDecision] = []
        if not doubtful or self._ledger.stopping:
            return []
        LOG.warning("No credible answer came for %s: checking.", counted(len(doubtful), "row"))
        if fresh and not self._pause_for(doubtful):
            return []
        if creates:
            seen = self._unexplained()
            if any(found.mine is None for found in self._found(creates, seen.values()).values()):
                if not self._pause_for(doubtful):
                    return []
                seen |= self._unexplained()
            again += self._judge_creates(creates, self._found(creates, seen.values()))
        changes = [d for d in doubtful if d.action is not Action.CREATE]
        again += [d for d in changes if not self._judge_change(d)]
        for decision in again:
            self._row_sender.may_leave_again(decision)
        return sorted(again, key=lambda decision: decision.row)

    def _pause_for(self, doubtful: Sequence[RowDecision]) -> bool:
        """Wait before a listing; return whether the run still goes on."""
        return self._pause(Phase("checking", len(doubtful)))

    def _unexplained(self) -> dict[int, Record]:
        """Return the live types that are newer than the plan and that no answer explains."""
        known = self._ledger.explained_ids()
        seen = {}
        live = self._client.list()
        self._hidden = self._ledger.created_ids() - {record["id"] for record in live}
        for record in live:
            number = record["id"]
            if number in known:
                continue
            with suppress(NotFoundError):  # deleted just now
                seen[number] = self._client.get(number) if missing_in_record(record) else record
        return seen

    def _found(
        self, creates: Sequence[RowDecision], unexplained: Iterable[Record]
    ) -> dict[int, Found]:
        return found_among(creates, unexplained, was_live=self._row_sender.was_live)

    def _judge_creates(
        self, creates: Sequence[RowDecision], found: dict[int, Found]
    ) -> list[RowDecision]:
        again = []
        for decision in creates:
            one = found[decision.row]
            if one.sight is Sight.BEFORE and not self._hidden:
                again.append(decision)
            elif one.sight is Sight.BEFORE:  # a type that is missing from this list may exist
                message = (
                    f"No credible answer came, and the list does not show {min(self._hidden)}, "
                    "which this run created. Whether this row was carried out is not known yet."
                )
                self._ledger.judge(decision, Status.UNKNOWN, "unknown_outcome", message)
            elif one.mine is not None:
                code = verdict(Claim.LOST, one.sight, decision.action).code or ""
                self._ledger.keep(self._ledger.carried_out(decision, one.mine, code), one.mine)
            else:
                message = f"No credible answer came, and {suspected(decision, one.suspects)}"
                self._ledger.judge(decision, Status.UNKNOWN, "unknown_outcome", message)
        return again

    def _judge_change(self, decision: RowDecision) -> bool:
        """Settle an update or a deletion; return False if it may leave again."""
        record = record_or_none(self._client, decision.id or 0)
        sight = sight_of(decision, record)
        if sight is Sight.WANTED:
            self._ledger.keep(self._ledger.carried_out(decision, record), record)
            return True
        if record is None:
            message = "The type no longer exists."
            self._ledger.judge(decision, Status.FAILED, "not_found", message)
            return True
        changed = changed_since(decision.before or {}, record)
        if changed:
            message = (
                "No credible answer came, and the type is neither as it was nor as the row asks: "
                f"{changed}. Look at it in the service."
            )
        elif self._row_sender.was_misdirected(decision.row):
            message = (
                "The service answered with another record and left this type as it was. It may "
                "have changed the other one, so the row is not sent again. Look at both in the "
                "service."
            )
        else:
            return False
        self._ledger.judge(decision, Status.UNKNOWN, "unknown_outcome", message)
        return True


def suspected(decision: RowDecision, suspects: Sequence[Record]) -> str:
    """Return in words which newer types may be a row's, to follow "and "."""
    ids = ", ".join(str(record["id"]) for record in suspects)
    titled = any(loosely_same(decision.title, record.get("title")) for record in suspects)
    how = "with this title or one like it" if titled else "that agree in all but the title"
    return (
        f"there are newer types {how}: {ids}. Look at them in the service. If one of them is this "
        "row's, settle the row as done with its id; if none is, as not done."
    )
