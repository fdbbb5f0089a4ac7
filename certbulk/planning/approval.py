"""Approval of plans: what is approved, by whom, and whether that is somebody else.

An approval is bound to the content of a plan. Everything here is a pure function; approvals are
kept in the journal, and a run asks for them before its first request.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from certbulk.planning.plan import WRITES, Action

if TYPE_CHECKING:
    from certbulk.planning.plan import Plan

__all__ = ["Approval", "Standing", "approval_key", "content_digest", "held_back"]


class Approval(NamedTuple):
    """Who has approved a plan, and when.

    Attributes:
        role: The role with which the person signed in to the shared database.
        who: The login name and host, as the person's computer gave them.
        at: When, ISO 8601 in UTC, by the clock of the database.

    Example:
        >>> Approval("bob", "bob@desk-4", "2027-01-31T10:15:00+00:00").in_words
        'bob (bob@desk-4) on 2027-01-31 10:15 UTC'
    """

    role: str
    who: str
    at: str

    @property
    def in_words(self) -> str:
        """Who and when, for people."""
        return f"{self.role} ({self.who}) on {self.at[:16].replace('T', ' ')} UTC"

    def is_by_another(self, role: str, who: str) -> bool:
        """Whether another person than this one has approved.

        Different roles are different people, because the database vouches for a role. If everybody
        has the same role, the login names decide, which anybody can set.

        Example:
            >>> Approval("bob", "root@a", "").is_by_another("anna", "root@b")
            True
            >>> Approval("team", "anna@a", "").is_by_another("team", "anna@b")
            False
        """
        return self.role != role or _login(self.who) != _login(who)


class Standing(NamedTuple):
    """Whether a plan has the approval that it needs.

    Attributes:
        name: "given"; "own", if only its sender has approved it; "other_content", if something else
            was approved than would be sent; "none"; or "not_shared", if the journal is not shared,
            so that nobody else can approve.
        approval: The newest approval of that kind; None for none.
        why: What is missing, if the journal is not shared.
    """

    name: Literal["given", "own", "other_content", "none", "not_shared"]
    approval: Approval | None = None
    why: str = ""


def _login(who: str) -> str:
    return who.rpartition("@")[0]


def approval_key(plan: Plan) -> str:
    """Return what the approvals of a plan are found by: its id; for an undo, the run.

    An undo is planned again by everybody who looks at it, so its own id is a new one each time.
    """
    return plan.id if plan.undoes is None else f"undo {plan.undoes}"


def content_digest(plan: Plan) -> str:
    """Return the SHA-256 of all that a plan would send, and of what it was compared with.

    It changes with the service, the chain, and the rows that are sent: their number, action, id,
    body and live record. It is the same for a plan in memory and one that was saved and loaded.
    """
    rows = [
        [d.row, str(d.action), d.id, d.body, d.before, d.replaces]
        for d in plan.decisions
        if d.action in WRITES
    ]
    content = [approval_key(plan), plan.base_url, plan.chain_id, rows]
    return hashlib.sha256(json.dumps(_plain(content), sort_keys=True).encode()).hexdigest()


def _plain(value: Any) -> Any:
    """Return a JSON value in which equal numbers are written alike: 70.0 as 70."""
    match value:
        case dict():
            return {name: _plain(one) for name, one in value.items()}
        case list():
            return [_plain(one) for one in value]
        case float() if value.is_integer():
            return int(value)
    return value


def held_back(plan: Plan) -> Plan:
    """Return the plan with every row blocked that would be sent, for lack of an approval."""
    message = (
        "The policy asks for the approval of another person by now, and the run began without. "
        "Plan the row again, and have that plan approved."
    )
    decisions = tuple(
        replace(d, action=Action.BLOCKED, code="policy_approval", message=message, body=None)
        if d.action in WRITES
        else d
        for d in plan.decisions
    )
    return replace(plan, decisions=decisions)
