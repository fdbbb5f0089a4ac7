"""Approvals in the journal: written down, withdrawn, and asked for when a run begins.

Only a database that several people share can vouch for who approved: see `VOUCHED`. Each function
takes a connection that holds the lock of the plan's approvals until its transaction ends.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from certbulk.applying.journal.schema import APPROVALS, RUNS
from certbulk.errors import PlanError
from certbulk.planning.approval import Approval, Standing

if TYPE_CHECKING:
    from sqlalchemy import Connection

__all__ = [
    "VOUCHED",
    "approval_of",
    "approvals",
    "approved_by",
    "approved_by_another",
    "as_text",
    "enter",
    "standing",
]

_FUNCTION = (
    "CREATE FUNCTION certbulk.vouch_for_approval() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "IF TG_OP <> 'INSERT' THEN RAISE EXCEPTION 'an approval is never changed'; END IF; "
    "NEW.role := session_user; "
    "NEW.at := to_char(clock_timestamp() AT TIME ZONE 'UTC', "
    '\'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"\'); RETURN NEW; END $$'
)
_TRIGGER = (
    "CREATE TRIGGER vouch_for_approval BEFORE INSERT OR UPDATE OR DELETE ON certbulk.approvals "
    "FOR EACH ROW EXECUTE FUNCTION certbulk.vouch_for_approval()"
)
VOUCHED = (_FUNCTION, _TRIGGER)
"""Let the database write the role and the time of each entry, whatever it is given.

`session_user` is the role that signed in; SET ROLE does not change it.
"""


def enter(connection: Connection, key: str, digest: str, who: str, *, withdraw: bool) -> None:
    """Write down that a person approves a plan with this content, or takes approvals back.

    Raises:
        PlanError: A run has begun with the approval, so that it is too late to withdraw it.
    """
    if withdraw and (run := _begun_with(connection, key)):
        raise PlanError(
            f"Run {run} has begun with this approval, so it is too late to withdraw it.",
            terminal=f"Stop the run: certbulk stop {run}",
        )
    what = "withdrawn" if withdraw else "approved"
    values = {"plan": key, "digest": digest, "what": what, "who": who}
    connection.execute(insert(APPROVALS).values(**values))


def approvals(connection: Connection, key: str, digest: str | None = None) -> list[Approval]:
    """Return the approvals of a plan that were not withdrawn since, oldest first.

    Args:
        connection: The database.
        key: What they are found by.
        digest: Only those of a plan with this content; by default of any.
    """
    wanted = select(APPROVALS).where(APPROVALS.c.plan == key).order_by(APPROVALS.c.number)
    found: list[Approval] = []
    for row in connection.execute(wanted):
        if row.what == "withdrawn":
            found.clear()
        elif digest in (None, row.digest):
            found.append(Approval(row.role, row.who, row.at))
    return found


def standing(connection: Connection, key: str, digest: str, *, role: str, who: str) -> Standing:
    """Return whether somebody else than its sender has approved a plan with this content."""
    found = approvals(connection, key, digest)
    if others := [one for one in found if one.is_by_another(role, who)]:
        return Standing("given", others[-1])
    if found:
        return Standing("own", found[-1])
    older = approvals(connection, key)
    return Standing("other_content", older[-1]) if older else Standing("none")


def approved_by_another(
    connection: Connection, key: str, digest: str, *, role: str, who: str
) -> Approval:
    """Return the newest approval of a plan by somebody else than its sender.

    Raises:
        PlanError: There is none; the message says what is missing.
    """
    name, approval, _ = standing(connection, key, digest, role=role, who=who)
    if approval is None:
        missing = "Nobody has approved it, or the approval was withdrawn."
    elif name == "given":
        return approval
    elif name == "own":
        missing = (
            f"It was approved by {approval.in_words}, who is sending it. Have another person "
            "approve it."
        )
    else:
        missing = (
            f"What {approval.in_words} approved is not what would be sent: rows were changed or "
            "left out since, or the policy is another one. Have it approved as it is now."
        )
    what = key.removeprefix("undo ") if key.startswith("undo ") else "PLAN.json"
    raise PlanError(
        f"The policy asks for the approval of another person before this plan is sent. {missing}",
        terminal=f"That person approves it: certbulk approve {what}",
    )


def as_text(approval: Approval, key: str) -> str:
    """Return what a run keeps of the approval with which it began."""
    return json.dumps({**approval._asdict(), "plan": key})


def approval_of(text: str | None) -> Approval | None:
    """Return the approval that `as_text` made a text of; None for a run without one.

    Raises:
        ValueError: It is not JSON.
        TypeError: It is JSON, but not of an approval.
    """
    if text is None:
        return None
    kept = {**json.loads(text)}
    kept.pop("plan", None)
    return Approval(**kept)


def approved_by(text: str | None) -> str:
    """Return the approval that `as_text` made a text of in words; empty for none."""
    try:
        approval = approval_of(text)
    except (ValueError, TypeError):
        return "unreadable"
    return approval.in_words if approval else ""


def _begun_with(connection: Connection, key: str) -> str | None:
    """Return a run that has begun with the approvals of a plan which now count."""
    kept = f'"plan": {json.dumps(key)}'
    wanted = select(RUNS.c.run).where(RUNS.c.approved.contains(kept, autoescape=True))
    run: str | None = connection.scalars(wanted).first()
    return run
