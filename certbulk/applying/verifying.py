"""The witness: one listing at the end of a run holds every row that was sent against what is live.

What it contradicts, does not show or shows in part is read by id, and once more after a pause,
before it is believed: lists lag, and people change things. So is what the service refused.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from certbulk.applying.compare import changed_since, stored_differently
from certbulk.applying.outcome import CARRIED_OUT, NOT_LOOKED, Outcome, Status, now
from certbulk.applying.settling import suspected
from certbulk.applying.truth import Claim, Found, Sight, claim_of, found_among, sight_of, verdict
from certbulk.core.counting import counted
from certbulk.core.payload import missing_in_record
from certbulk.core.titles import strict
from certbulk.errors import NotFoundError
from certbulk.planning import Action
from certbulk.planning.live import archived

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from certbulk.api import Client
    from certbulk.applying.ledger import Ledger
    from certbulk.applying.sender import Sender
    from certbulk.planning import Plan, RowDecision

__all__ = ["Witness", "doubled", "verified", "verified_without_id"]

Record = dict[str, Any]

YES, _GONE = "yes", "gone"

_OF_LOOKS = {"stored_differs", "possibly_doubled"}
"""Codes that a later look may find to hold no longer."""

_SINCE = ", or somebody changed it since"

_CLAIMS = (Status.CREATED, Status.UPDATED, Status.DELETED, Status.FAILED, Status.UNKNOWN)
"""How rows end that were sent."""

_READS = 50
"""Rows that are read by id at most. If more are in doubt, it is not about single rows."""


_WHY_SUSPECTED = {
    Claim.DONE: "The service answered with id {id}, which no type has, and",
    Claim.REFUSED: "The service refused it, yet",
    Claim.LOST: "The answer was lost, and",
}


def verified(decision: RowDecision, outcome: Outcome, record: Record | None) -> Outcome:
    """Return the outcome of a row with an id, with what its live record shows of it.

    Args:
        decision: The row.
        outcome: How it ended by what its answer claims.
        record: The live record with the row's id; None if there is none.
    """
    claim, sight = claim_of(outcome), sight_of(decision, record)
    return _with(decision, outcome, claim, sight, record)


def verified_without_id(decision: RowDecision, outcome: Outcome, found: Found) -> Outcome:
    """Return the outcome of a create without an id, or with one that no type has."""
    claim, sight, suspects = claim_of(outcome), found.sight, found.suspects
    if claim is not Claim.LOST and found.mine is not None:  # it may be somebody else's as well
        sight, suspects = Sight.SUSPECT, [found.mine]
    if claim is Claim.DONE and sight is not Sight.SUSPECT:
        return verified(decision, outcome, None)
    if sight is Sight.SUSPECT:
        why = _WHY_SUSPECTED[claim].format(id=outcome.id)
        message = f"{why} {suspected(decision, suspects)}"
        outcome = replace(outcome, id=None, message=message)
        return _with(decision, outcome, claim, sight, None)
    return _with(decision, outcome, claim, sight, found.mine)


def _with(
    decision: RowDecision, outcome: Outcome, claim: Claim, sight: Sight, record: Record | None
) -> Outcome:
    """Return what follows from a claim and a sight, with the words for it."""
    found = verdict(claim, sight, decision.action)
    code = outcome.code if found.code is None else found.code
    message = outcome.message
    if claim is Claim.DONE and record is not None and sight is not Sight.BEFORE:
        differs = stored_differently(decision, record)
        was_answered = outcome.code == "stored_differs" and _SINCE not in outcome.message
        since = "" if was_answered else _SINCE
        code = "stored_differs" if differs else outcome.code
        if not differs and code in _OF_LOOKS:
            code = ""
        message = f"The service stored something else{since}: {differs}." if differs else ""
    elif claim is not Claim.LOST or sight is Sight.WANTED:
        said = _sentence(decision, outcome, claim, sight, record)
        if claim is Claim.LOST:
            message = said
        elif said not in message:  # a resume looks again
            message = f"{message} {said}".strip()
    if found.status is None:
        return replace(outcome, code=code, message=message, verified=found.verified)
    done = found.status in CARRIED_OUT
    return replace(
        outcome,
        status=Status(found.status),
        id=record["id"] if done and record is not None else outcome.id,
        code=code,
        message=message,
        verified=found.verified,
        at=now(),
        own=done and claim is Claim.LOST,
    )


def _sentence(
    decision: RowDecision, outcome: Outcome, claim: Claim, sight: Sight, record: Record | None
) -> str:
    """Return what was seen, in words, where it is not what the answer claims."""
    if claim is Claim.REFUSED:
        if sight is Sight.WANTED:
            return "Yet it is live now as the row asks."
        if sight is Sight.IN_PART and record is not None:
            return f"Yet it has changed: {changed_since(decision.before or {}, record)}."
        return ""
    if claim is Claim.DONE and sight is Sight.GONE:
        return (
            f"The service answered that it was carried out, but there is no type {outcome.id} "
            "now; or somebody has deleted it since."
        )
    if claim is Claim.DONE and sight is Sight.BEFORE:
        deleted = decision.action is Action.DELETE  # which nobody can take back
        still = "is still there" if deleted else "has not changed"
        since = "" if deleted else "; or somebody has changed it back since"
        return f"The service answered that it was carried out, but the type {still}{since}."
    return ""


def doubled(outcome: Outcome, doubles: Sequence[int], *, sent_again: bool) -> Outcome:
    """Return the outcome of a created row of whose title there are newer types of nobody's."""
    ids = ", ".join(map(str, doubles))
    message = (
        f"There is more than one new type with this title: id {outcome.id} is this row's, and "
        f"nothing of this run explains {ids}. The one with the higher id is the double. Look at "
        "both in the service, and delete one."
    )
    code = "possibly_doubled" if sent_again else outcome.code
    return replace(outcome, code=code, message=message, verified="doubled")


def elsewhere(outcome: Outcome, others: Sequence[int]) -> Outcome:
    """Return the outcome of a created row whose own id is not, or no longer, of its title."""
    ids = ", ".join(map(str, others))
    message = f"{outcome.message} Nothing of this run explains {ids}, with the title of this row."
    return replace(outcome, message=message)


class Witness:
    """Looks at what is live at the end of a run.

    Args:
        plan: The plan that the run carried out.
        client: The chain.
        sender: Knows which rows were sent again, and what was live before they were sent.
        ledger: Where outcomes are kept.
        pause: Says what is being done, and waits before what was contradicted is looked at once
            more.
        settled: Whether rows whose answer was lost were looked for.
    """

    def __init__(
        self,
        plan: Plan,
        client: Client,
        sender: Sender,
        ledger: Ledger,
        *,
        pause: Callable[[str], None],
        settled: bool,
    ) -> None:
        self._plan = plan
        self._client = client
        self._sender = sender
        self._ledger = ledger
        self._pause = pause
        self._settled = settled
        self._has_looked = False

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
        """Note of which rows that were sent nobody has looked now; what was seen before is over."""
        outcomes = [self._ledger.outcomes[decision.row] for decision in self._sent()]
        passed = [o for o in outcomes if not (self._has_looked and o.verified)]
        self._ledger.remark([replace(outcome, verified=NOT_LOOKED) for outcome in passed])

    def look(self) -> None:
        """Hold every row that was sent against what is live, and keep what comes of it.

        Raises:
            ServiceError: What is live could not be read; the rows stay as they were.
        """
        sent = self._sent()
        if not self._settled:  # what became of these is left to a resume
            sent = [d for d in sent if self._ledger.outcomes[d.row].status is not Status.UNKNOWN]
        if not sent:
            return
        patient = not self._ledger.stopping  # a run that stopped looks if the service answers
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
        # A list that lags shows what was refused, and done all the same, as it was before.
        refused = [
            row for row in with_id.keys() - set(open_) if claim_of(outcomes[row]) is Claim.REFUSED
        ]
        judged |= self._looked_up(open_ + sorted(refused)[: max(0, _READS - len(open_))], with_id)
        missing = [row for row, one in judged.items() if one.verified == _GONE]
        creates = [with_id[row][0] for row in missing]
        creates += [d for d in sent if d.row not in with_id]
        judged |= self._without_id([d for d in creates if d.action is Action.CREATE], live)
        judged |= self._doubled(judged, live)
        self._keep(judged, live)
        self._has_looked = True

    def _number(self, decision: RowDecision) -> int | None:
        """Return the id under which a row is to be live."""
        return self._ledger.outcomes[decision.row].id

    def _looked_up(
        self, rows: Sequence[int], with_id: Mapping[int, tuple[RowDecision, int]]
    ) -> dict[int, Outcome]:
        """Return the outcomes of rows that are read by id, and once more if it contradicts them."""
        known = self._ledger.outcomes
        judged = {row: replace(known[row], verified=NOT_LOOKED) for row in rows[_READS:]}
        left = list(rows[:_READS])
        for first in (True, False):
            if left and not first:
                self._pause(f"Verifying {counted(len(left), 'row')}")
            for row in left:
                decision, number = with_id[row]
                judged[row] = verified(decision, known[row], self._read(number))
            left = [row for row in left if judged[row].verified != YES]
        return judged

    def _read(self, number: int) -> Record | None:
        try:
            return self._client.get(number)
        except NotFoundError:
            return None

    def _without_id(
        self, creates: Sequence[RowDecision], live: Mapping[int, Record]
    ) -> dict[int, Outcome]:
        """Return the outcomes of creates that were refused, that got lost, or that are gone."""
        outcomes = self._ledger.outcomes
        found = found_among(creates, self._unexplained(live), was_live=self._sender.was_live)
        judged = {}
        for decision in creates:
            outcome = outcomes[decision.row]
            judged[decision.row] = verified_without_id(decision, outcome, found[decision.row])
        return judged

    def _unexplained(self, live: Mapping[int, Record]) -> list[Record]:
        """Return what is newer than the plan and explained by no row's answer."""
        known = self._plan.live_ids | self._ledger.ids_of_others | self._ledger.own_ids()
        return [record for number, record in live.items() if number not in known]

    def _doubled(
        self, judged: Mapping[int, Outcome], live: Mapping[int, Record]
    ) -> dict[int, Outcome]:
        """Return the outcomes of created rows of whose title there is a newer type besides."""
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
            again = self._sender.was_sent_again(decision.row)
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
        """Keep what was found, with the records of rows that were carried out after all."""
        known = self._ledger.outcomes
        remarks = []
        for row, outcome in judged.items():
            turned = claim_of(outcome) is Claim.DONE and claim_of(known[row]) is not Claim.DONE
            if turned and outcome.id is not None:
                self._ledger.keep(outcome, live.get(outcome.id))
            else:
                remarks.append(outcome)
        self._ledger.remark(remarks)
