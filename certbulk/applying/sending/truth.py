"""The outcome of a row from what its answer claims and what is live. Pure functions.

`certbulk.api.decision` decides about single attempts; this module decides about rows. An answer is
a claim, and may be untrue (fact:kept_back, fact:found_instead). So `implausible` checks each claim
at once, and at the end of a run it is compared with the live list, the witness: `sight_of` returns
what that shows, and `verdict` what follows.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from certbulk.api.answers import is_of_chain
from certbulk.applying.outcome import Status
from certbulk.applying.sending.compare import agrees, agrees_but_for_titles, kept_fields
from certbulk.core.cleaning import clean
from certbulk.core.findings.finding import quoted
from certbulk.core.titles import loosely_same, strict
from certbulk.planning import Action
from certbulk.planning.live import archived

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from certbulk.applying.outcome import Outcome
    from certbulk.planning import RowDecision

__all__ = [
    "DONE",
    "VERDICTS",
    "Claim",
    "Found",
    "Sight",
    "Verdict",
    "claim_of",
    "found_among",
    "implausible",
    "may_be",
    "sight_of",
    "verdict",
]

Record = dict[str, Any]

_LONGEST_CHAIN = 40

DONE = {
    Action.CREATE: Status.CREATED,
    Action.UPDATE: Status.UPDATED,
    Action.DELETE: Status.DELETED,
}
"""The status of a row whose action was carried out."""


class Claim(StrEnum):
    """What the answer to a row's request says."""

    DONE = "carried out"
    REFUSED = "refused"
    LOST = "not known"


class Sight(StrEnum):
    """What the live list shows of a row, compared with what the row asks for."""

    WANTED = "as the row asks"
    BEFORE = "as it was before"
    IN_PART = "neither"
    GONE = "not there"
    SUSPECT = "a newer type that may be the row's"


class Verdict(NamedTuple):
    """What follows from a claim and a sight.

    Attributes:
        status: The status; None for the claimed one, `Claim.DONE` for that of the action.
        code: The result code; None for the claimed one.
        verified: The value of `result_verified`.
    """

    status: Status | Claim | None
    code: str | None
    verified: str


_KEEPS = None

VERDICTS: Mapping[tuple[Claim, Sight], Verdict] = {
    (Claim.DONE, Sight.WANTED): Verdict(_KEEPS, None, "yes"),
    (Claim.DONE, Sight.BEFORE): Verdict(Status.FAILED, "not_stored", "differs"),
    (Claim.DONE, Sight.IN_PART): Verdict(_KEEPS, "stored_differs", "differs"),
    (Claim.DONE, Sight.GONE): Verdict(_KEEPS, None, "gone"),
    (Claim.DONE, Sight.SUSPECT): Verdict(Status.UNKNOWN, "unknown_outcome", "differs"),
    (Claim.REFUSED, Sight.WANTED): Verdict(Claim.DONE, "adopted", "yes"),
    (Claim.REFUSED, Sight.BEFORE): Verdict(_KEEPS, None, "yes"),
    (Claim.REFUSED, Sight.IN_PART): Verdict(_KEEPS, None, "differs"),
    (Claim.REFUSED, Sight.GONE): Verdict(_KEEPS, None, "yes"),
    (Claim.REFUSED, Sight.SUSPECT): Verdict(Status.UNKNOWN, "unknown_outcome", "differs"),
    (Claim.LOST, Sight.WANTED): Verdict(Claim.DONE, "adopted", "yes"),
    (Claim.LOST, Sight.BEFORE): Verdict(Status.UNKNOWN, "unknown_outcome", "differs"),
    (Claim.LOST, Sight.IN_PART): Verdict(Status.UNKNOWN, "unknown_outcome", "differs"),
    (Claim.LOST, Sight.GONE): Verdict(Status.FAILED, "not_found", "yes"),
    (Claim.LOST, Sight.SUSPECT): Verdict(Status.UNKNOWN, "unknown_outcome", "differs"),
}
"""Every claim with every possible sight. A row with (LOST, BEFORE) may be sent again."""


def claim_of(outcome: Outcome) -> Claim:
    """Return the claim behind an outcome."""
    if outcome.status in DONE.values():
        return Claim.DONE
    return Claim.LOST if outcome.status is Status.UNKNOWN else Claim.REFUSED


def verdict(claim: Claim, sight: Sight, action: Action) -> Verdict:
    """Return what follows, with the status of the action; None means that the status stays.

    The code `adopted` is for creates only.
    """
    found = VERDICTS[claim, sight]
    if found.status is not Claim.DONE:
        return found
    code = found.code if action is Action.CREATE else ""
    return Verdict(DONE[action], code, found.verified)


def sight_of(decision: RowDecision, record: Record | None) -> Sight:
    """Return what the live record of a row shows; None stands for a record that does not exist.

    The record of a create is the one with the id in the answer.
    """
    if decision.action is Action.DELETE:
        return Sight.WANTED if record is None else Sight.BEFORE
    if record is None:
        return Sight.GONE
    as_archived = archived(record) == archived(decision.before or {})
    if decision.action is Action.CREATE:
        return Sight.WANTED if as_archived and agrees(decision, record) else Sight.IN_PART
    asked, kept = kept_fields(decision, record)
    if asked and asked == kept and as_archived:
        return Sight.BEFORE
    return Sight.WANTED if not kept and as_archived and agrees(decision, record) else Sight.IN_PART


def implausible(
    decision: RowDecision,
    record: Record,
    *,
    chain_id: int,
    was_live: Callable[[int], bool],
    had_by: Callable[[int], str],
    rows_titled: Mapping[str, Sequence[int]],
    row_name: Callable[[int], str] = str,
) -> str:
    """Return in words why a record cannot be the result of a create; '' if it can.

    Args:
        decision: The create.
        record: The record in its answer, with its id.
        chain_id: The chain.
        was_live: Whether an id was live in the last listing before the request.
        had_by: The other owner of an id, in words; '' for none.
        rows_titled: The rows of the plan by strict title.
        row_name: What messages call a row.
    """
    number, title = record["id"], record.get("title")
    if was_live(number):
        return f"the answer has id {number}, which was live before the request left"
    if other := had_by(number):
        return f"the answer has id {number}, which {other} has as well"
    if not is_of_chain(record, chain_id):
        chain = clean(record["company_group_id"], _LONGEST_CHAIN)
        return f"the answer, with id {number}, is about chain {chain}"
    if not loosely_same(title, decision.title):
        return f"the answer, with id {number}, is about {quoted(str(title))}"
    others = rows_titled.get(strict(title), ())
    if others and decision.row not in others:
        row = row_name(others[0])
        return f"the answer, with id {number}, is about {quoted(str(title))}, row {row}"
    return ""


@dataclass(slots=True)
class Found:
    """What listings show of a create without a credible answer.

    Attributes:
        mine: The type that is strictly the row's; None if there is none, or it is not clear.
        suspects: If `mine` is None, the types of which one may be the row's.
    """

    mine: Record | None = None
    suspects: list[Record] = field(default_factory=list)

    @property
    def sight(self) -> Sight:
        """The same as a sight."""
        if self.mine is not None:
            return Sight.WANTED
        return Sight.SUSPECT if self.suspects else Sight.BEFORE


def found_among(
    creates: Sequence[RowDecision],
    newer: Iterable[Record],
    *,
    was_live: Callable[[int, int], bool] = lambda _row, _id: False,
) -> dict[int, Found]:
    """Return, by row, what listings show of creates without a credible answer.

    A type is a row's if it alone has strictly the row's title, the row alone has that title, and
    both agree in all fields that count. Any other type is a suspect if its title is loosely the
    row's, or if it agrees in all other fields that count.

    Args:
        creates: The creates.
        newer: The live types that are newer than the plan and that no answer explains.
        was_live: Whether an id was live before a row was sent: (row, id).
    """
    records = {record["id"]: record for record in newer}
    by_title: defaultdict[str, list[Record]] = defaultdict(list)
    for record in records.values():
        by_title[strict(record.get("title"))].append(record)
    rows: defaultdict[str, list[RowDecision]] = defaultdict(list)
    for decision in creates:
        rows[strict(decision.title)].append(decision)
    found = {decision.row: Found() for decision in creates}
    for title, alike in rows.items():
        same = [r for r in by_title[title] if not was_live(alike[0].row, r["id"])]
        if len(alike) == len(same) == 1 and agrees(alike[0], same[0]):
            found[alike[0].row].mine = same[0]
            del records[same[0]["id"]]
    for decision in creates:
        if found[decision.row].mine is None:
            found[decision.row].suspects = [
                record
                for record in records.values()
                if not was_live(decision.row, record["id"]) and may_be(decision, record)
            ]
    return found


def may_be(decision: RowDecision, record: Record) -> bool:
    """Return whether a service may have made a record from a create.

    The titles are loosely the same, or all other fields that count agree.
    """
    return loosely_same(decision.title, record.get("title")) or agrees_but_for_titles(
        decision, record
    )
