"""Plans for which an approval is asked: in the shared journal, where another person finds them."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from certbulk.applying.journal.kept_plans import JournalOfPlans, KeptPlan
from certbulk.applying.journal.store import who_sends
from certbulk.planning.approval import Approval, approval_key, content_digest
from certbulk.planning.saving.files import plan_as_text
from certbulk.shared.home import StateDir, journal_home

if TYPE_CHECKING:
    from collections.abc import Mapping

    from certbulk.planning import Plan

__all__ = ["Asked", "approvals_of", "ask_for_approval", "asked_at", "plans_asked_for"]

_WAITS = timedelta(days=7)
"""How long a plan is listed: the page keeps what is prepared no longer."""


class Asked(NamedTuple):
    """A plan for which an approval was asked.

    Attributes:
        plan_id: The plan's id.
        digest: Of its content, as `content_digest` returns it.
        file: The name of its file.
        who: Who asked: the login name and host, as that computer gave them.
        at: When, ISO 8601 in UTC, by the clock of that computer.
        counts: The number of rows by action.
        approvals: The approvals of this content that count, oldest first.
    """

    plan_id: str
    digest: str
    file: str
    who: str
    at: str
    counts: Mapping[str, int]
    approvals: tuple[Approval, ...] = ()


def ask_for_approval(plan: Plan, state_dir: StateDir = None) -> None:
    """Keep a plan in the journal, so that others can look at it and approve it.

    It takes the place of what was asked for under the same id.

    Raises:
        OutputError: The journal cannot be written.
    """
    at = datetime.now(UTC).isoformat(timespec="seconds")
    counts = {action: n for action, n in plan.counts.items() if n}
    file = plan.report.sheet.source
    asked = Asked(plan.id, content_digest(plan), file, who_sends(), at, counts)
    kept = KeptPlan(plan.id, json.dumps(asked[:-1]))
    with closing(JournalOfPlans(journal_home(state_dir))) as journal:
        journal.keep(_key_of(plan), kept, plan_as_text(plan), instead_of=plan.id)


def asked_at(plan: Plan, state_dir: StateDir = None) -> str:
    """Return when an approval was asked of just what a plan would send; empty if it was not.

    Raises:
        OutputError: The journal cannot be read.
    """
    key = _key_of(plan)
    with closing(JournalOfPlans(journal_home(state_dir))) as journal:
        kept = journal.kept([key]).get(key)
    asked = _asked(kept) if kept else None
    return asked.at if asked and asked.digest == content_digest(plan) else ""


def plans_asked_for(service: str, chain_id: int, state_dir: StateDir = None) -> tuple[Asked, ...]:
    """Return the plans of a chain for which an approval was asked, without those that were sent.

    The newest is first.

    Raises:
        OutputError: The journal cannot be read.
    """
    since = (datetime.now(UTC) - _WAITS).isoformat(timespec="seconds")
    with closing(JournalOfPlans(journal_home(state_dir))) as journal:
        listed = [_asked(kept) for kept in journal.not_begun(_prefix_of(service, chain_id))]
        fresh = [asked for asked in listed if asked and asked.at >= since]
        found = [
            asked._replace(approvals=tuple(journal.approvals(asked.plan_id, asked.digest)))
            for asked in fresh
        ]
    return tuple(sorted(found, key=lambda asked: asked.at, reverse=True))


def approvals_of(plan: Plan, state_dir: StateDir = None) -> tuple[Approval, ...]:
    """Return the approvals of a plan with just this content that count, oldest first.

    Raises:
        OutputError: The journal cannot be read.
    """
    with closing(JournalOfPlans(journal_home(state_dir))) as journal:
        return tuple(journal.approvals(approval_key(plan), content_digest(plan)))


def _prefix_of(service: str, chain_id: int) -> str:
    return f"approval {service} {chain_id} "


def _key_of(plan: Plan) -> str:
    return f"{_prefix_of(plan.base_url, plan.chain_id)}{plan.id}"


def _asked(kept: KeptPlan) -> Asked | None:
    try:
        return Asked(*json.loads(kept.told))
    except (ValueError, TypeError):  # changed in the journal, or of another version
        return None
