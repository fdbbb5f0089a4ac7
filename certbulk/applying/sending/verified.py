"""The outcome of a row after verification, in words. Pure functions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from certbulk.applying.outcome import CARRIED_OUT, WARNINGS, Outcome, Status, now
from certbulk.applying.sending.compare import changed_since, stored_differently
from certbulk.applying.sending.lost_answers import suspected
from certbulk.applying.sending.truth import Claim, Found, Sight, claim_of, sight_of, verdict
from certbulk.planning import Action

if TYPE_CHECKING:
    from collections.abc import Sequence

    from certbulk.planning import RowDecision

__all__ = ["doubled", "elsewhere", "verified", "verified_without_id"]

Record = dict[str, Any]

_SINCE = ", or somebody changed it since"

_WHY_SUSPECTED = {
    Claim.DONE: "The service answered with id {id}, which no type has, and",
    Claim.REFUSED: "The service refused it, yet",
    Claim.LOST: "No credible answer came, and",
}


def verified(decision: RowDecision, outcome: Outcome, record: Record | None) -> Outcome:
    """Return the outcome of a row with an id, after a comparison with its live record.

    Args:
        decision: The row.
        outcome: The outcome that its answer claims.
        record: The live record with the row's id; None if there is none.
    """
    claim, sight = claim_of(outcome), sight_of(decision, record)
    return _with(decision, outcome, claim, sight, record)


def verified_without_id(decision: RowDecision, outcome: Outcome, found: Found) -> Outcome:
    """Return the outcome of a create without an id, or with the id of no live type."""
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
    """Return the outcome that follows from a claim and a sight, with its message."""
    found = verdict(claim, sight, decision.action)
    code = outcome.code if found.code is None else found.code
    message = outcome.message
    if claim is Claim.DONE and record is not None and sight is not Sight.BEFORE:
        differs = stored_differently(decision, record)
        was_answered = outcome.code == "stored_differs" and _SINCE not in outcome.message
        since = "" if was_answered else _SINCE
        code = "stored_differs" if differs else outcome.code
        if not differs and code in WARNINGS:  # they no longer apply
            code = ""
        message = f"The service stored something else{since}: {differs}." if differs else ""
    elif claim is not Claim.LOST or sight is Sight.WANTED:
        said = _sentence(decision, outcome, claim, sight, record)
        if claim is Claim.LOST:
            message = said
        elif said not in message:  # a resume verifies again
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
    """Return in words what is live, if it contradicts the answer."""
    if claim is Claim.REFUSED:
        if sight is Sight.WANTED:
            return "Yet the live type is as the row asks."
        if sight is Sight.IN_PART and record is not None:
            return f"Yet it has changed: {changed_since(decision.before or {}, record)}."
        return ""
    if claim is Claim.DONE and sight is Sight.GONE:
        return (
            f"The service answered that it was carried out, but type {outcome.id} does not exist; "
            "or somebody has deleted it since."
        )
    if claim is Claim.DONE and sight is Sight.BEFORE:
        deleted = decision.action is Action.DELETE  # which nobody can take back
        still = "is still there" if deleted else "has not changed"
        since = "" if deleted else "; or somebody has changed it back since"
        return f"The service answered that it was carried out, but the type {still}{since}."
    return ""


def doubled(outcome: Outcome, doubles: Sequence[int], *, sent_again: bool) -> Outcome:
    """Return the outcome of a created row if unexplained newer types have its title."""
    ids = ", ".join(map(str, doubles))
    message = (
        f"There is more than one new type with this title: id {outcome.id} is this row's, and "
        f"nothing of this run explains {ids}. The one with the higher id is the double. Look at "
        "both in the service, and delete one."
    )
    code = "possibly_doubled" if sent_again else outcome.code
    return replace(outcome, code=code, message=message, verified="doubled")


def elsewhere(outcome: Outcome, others: Sequence[int]) -> Outcome:
    """Return the outcome of a created row if its id has another title, or is gone."""
    ids = ", ".join(map(str, others))
    message = f"{outcome.message} Nothing of this run explains {ids}, with the title of this row."
    return replace(outcome, message=message)
