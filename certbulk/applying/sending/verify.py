"""The witness: one listing at the end of a run that verifies every row that was sent.

A row that it contradicts, does not show or shows in part is read by id, and once more after a
pause, since lists lag and people change things. So are rows that the service refused.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from certbulk.applying.outcome import NOT_LOOKED, Outcome, Status
from certbulk.applying.phases import Phase
from certbulk.applying.sending.truth import Claim, claim_of, found_among
from certbulk.applying.sending.verified import doubled, elsewhere, verified, verified_without_id
from certbulk.core.payload import missing_in_record
from certbulk.core.titles import strict
from certbulk.planning import Action
from certbulk.planning.live import archived, record_or_none

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from certbulk.applying.sending.ledger import Ledger
    from certbulk.applying.sending.options import Job
    from certbulk.applying.sending.send_row import RowSender
    from certbulk.planning import RowDecision

__all__ = ["Witness"]

Record = dict[str, Any]

YES, _GONE = "yes", "gone"

_CLAIMS = (Status.CREATED, Status.UPDATED, Status.DELETED, Status.FAILED, Status.UNKNOWN)
"""The statuses of rows that were sent."""

_READS = 50
"""The most rows that are read by id. If more are in doubt, the cause is not single rows."""


class Witness:
    """Verifies what is live at the end of a run.

    Args:
        job: The run.
        row_sender: Knows which rows were sent again, and what was live before they were sent.
        ledger: Keeps the outcomes.
        pause: Shows a phase, and waits before contradicted rows are read once more.
    """

    def __init__(
        self, job: Job, row_sender: RowSender, ledger: Ledger, *, pause: Callable[[Phase], object]
    ) -> None:
        self._plan = job.plan
        self._client = job.client
        self._settled = job.options.settle
        self._row_sender = row_sender
        self._ledger = ledger
        self._pause = pause
        self._has_verified = False

    def _sent(self) -> list[RowDecision]:
        """Return the rows that were sent, or may have been."""
        outcomes = self._ledger.outcomes
        return [
            decision
            for decision in self._plan.decisions
            if (outcome := outcomes.get(decision.row)) is not None
            and outcome.attempts
            and outcome.status in _CLAIMS
            and outcome.code != "settled_by_hand"  # a person has looked
        ]

    def pass_by(self) -> None:
        """Mark rows that were sent and not verified now, whatever was verified before."""
        outcomes = [self._ledger.outcomes[decision.row] for decision in self._sent()]
        passed = [o for o in outcomes if not (self._has_verified and o.verified)]
        self._ledger.remark([replace(outcome, verified=NOT_LOOKED) for outcome in passed])

    def verify(self) -> None:
        """Compare every row that was sent with what is live, and keep the outcomes.

        Raises:
            ServiceError: The live types could not be read; the outcomes stay unchanged.
        """
        sent = self._sent()
        if not self._settled:  # a resume settles these
            sent = [d for d in sent if self._ledger.outcomes[d.row].status is not Status.UNKNOWN]
        if not sent:
            return
        patient = not self._ledger.stopping  # a run that stopped does not retry
        live = {record["id"]: record for record in self._client.list(patient=patient)}
        partial = {n for n, record in live.items() if missing_in_record(record)}
        with_id = {d.row: (d, number) for d in sent if (number := self._number(d)) is not None}
        outcomes = self._ledger.outcomes
        judged = {
            row: verified(decision, outcomes[row], live.get(number))
            for row, (decision, number) in with_id.items()
        }
        open_ = [
            row for row, (_, n) in with_id.items() if n in partial or judged[row].verified != YES
        ]
        # A list that lags does not show a refused row that was carried out after all.
        refused = [
            row for row in with_id.keys() - set(open_) if claim_of(outcomes[row]) is Claim.REFUSED
        ]
        read = open_ + sorted(refused)[: max(0, _READS - len(open_))]
        judged |= self._looked_up(read, with_id, live.keys())
        missing = [row for row, one in judged.items() if one.verified == _GONE]
        creates = [with_id[row][0] for row in missing]
        creates += [d for d in sent if d.row not in with_id]
        judged |= self._without_id([d for d in creates if d.action is Action.CREATE], live)
        judged |= self._doubled(judged, live)
        self._keep(judged, live)
        self._has_verified = True

    def _number(self, decision: RowDecision) -> int | None:
        """Return the id of a row's live type."""
        return self._ledger.outcomes[decision.row].id

    def _looked_up(
        self,
        rows: Sequence[int],
        with_id: Mapping[int, tuple[RowDecision, int]],
        listed: AbstractSet[int],
    ) -> dict[int, Outcome]:
        """Return the outcomes of rows that are read by id, and once more if in doubt.

        A row is also in doubt if one read gives a type that the list did not show: a read may get
        the answer to another request.
        """
        known = self._ledger.outcomes
        judged = {row: replace(known[row], verified=NOT_LOOKED) for row in rows[_READS:]}
        left = list(rows[:_READS])
        for first in (True, False):
            if left and not first:
                self._pause(Phase("verifying", len(left)))
            for row in left:
                decision, number = with_id[row]
                judged[row] = verified(decision, known[row], record_or_none(self._client, number))
            left = [
                row
                for row in left
                if judged[row].verified != YES
                or (judged[row].status is not Status.DELETED and with_id[row][1] not in listed)
            ]
        return judged

    def _without_id(
        self, creates: Sequence[RowDecision], live: Mapping[int, Record]
    ) -> dict[int, Outcome]:
        """Return the outcomes of creates that were refused, lost, or are gone."""
        outcomes = self._ledger.outcomes
        found = found_among(creates, self._unexplained(live), was_live=self._row_sender.was_live)
        judged = {}
        for decision in creates:
            outcome = outcomes[decision.row]
            judged[decision.row] = verified_without_id(decision, outcome, found[decision.row])
        return judged

    def _unexplained(self, live: Mapping[int, Record]) -> list[Record]:
        """Return the live types that are newer than the plan and that no answer explains."""
        known = self._ledger.explained_ids()
        return [record for number, record in live.items() if number not in known]

    def _doubled(
        self, judged: Mapping[int, Outcome], live: Mapping[int, Record]
    ) -> dict[int, Outcome]:
        """Return the outcomes of created rows if another newer type has their title."""
        own = {o.id for o in judged.values()} | self._ledger.own_ids() | self._plan.live_ids
        newer: dict[str, list[int]] = {}
        for number, record in live.items():
            if number not in own and not archived(record):
                newer.setdefault(strict(record.get("title")), []).append(number)
        found = {}
        for decision in self._plan.decisions:
            outcome = judged.get(decision.row)
            if outcome is None or outcome.status is not Status.CREATED:
                continue
            again = self._row_sender.was_sent_again(decision.row)
            doubles = newer.get(strict(decision.title), [])
            if self._plan.allow_duplicate_titles and not again:
                continue
            record = live.get(outcome.id or 0, {"title": decision.title})
            titled = strict(record.get("title")) == strict(decision.title)
            if doubles and titled and outcome.verified != "gone":
                found[decision.row] = doubled(outcome, doubles, sent_again=again)
            elif doubles:
                found[decision.row] = elsewhere(outcome, doubles)
        return found

    def _keep(self, judged: Mapping[int, Outcome], live: Mapping[int, Record]) -> None:
        """Keep the outcomes, with the records of rows that were carried out after all."""
        known = self._ledger.outcomes
        remarks = []
        for row, outcome in judged.items():
            turned = claim_of(outcome) is Claim.DONE and claim_of(known[row]) is not Claim.DONE
            if turned and outcome.id is not None:
                self._ledger.keep(outcome, live.get(outcome.id))
            else:
                remarks.append(outcome)
        self._ledger.remark(remarks)
