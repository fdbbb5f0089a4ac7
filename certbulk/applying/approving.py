"""`approve`: approve the plan of another person, or withdraw that."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path

from certbulk.applying.journal.kept_plans import JournalOfPlans
from certbulk.applying.journal.writing import Journal
from certbulk.arguments import PLAN, Arguments
from certbulk.errors import PlanError, SettingsError
from certbulk.planning import Plan
from certbulk.planning.approval import Approval, Standing, approval_key, content_digest
from certbulk.planning.policy.policy_file import under_policy
from certbulk.planning.saving.files import load_plan
from certbulk.shared.home import StateDir, check_state_dir, journal_home

__all__ = ["approval_standing", "approve", "plan_to_approve", "require_approval"]

_ID = re.compile(r"[0-9a-f]{16}")


def approve(
    plan: Plan | str | Path, *, state_dir: StateDir = None, withdraw: bool = False
) -> tuple[Approval, ...]:
    """Approve the plan of another person, for a policy that asks for it before a plan is applied.

    The approval is kept in the shared journal with who and when, and is bound to the content of the
    plan: service, chain, rows and what would be sent. Nothing is sent. For an undo, plan it with
    `undo` and approve that: the other person's undo has the same content.

    Args:
        plan: The file that the other person saved, the id of a fleet's plan, or the plan.
        state_dir: The shared `Journal`; by default that of the settings.
        withdraw: Take back all approvals of the plan instead, whoever gave them.

    Returns:
        The approvals of this plan that count by now, oldest first.

    Raises:
        PlanError: The plan cannot be used; it was made here, so somebody else must approve it; or a
            run has begun with the approval that is to be withdrawn.
        SettingsError: The journal is not shared, or the policy cannot be used.
        OutputError: The journal cannot be written.
        ArgumentError: An argument has the wrong type, such as a run instead of a plan.

    Example:
        >>> import certbulk as cb
        >>> with cb.Sandbox() as client:
        ...     plan = cb.plan([{"id": 288901, "balance": 60}], client)
        >>> cb.approve(plan)
        Traceback (most recent call last):
        certbulk.errors.PlanError: You made this plan, so somebody else must approve it. ...
    """
    takes = Arguments("certbulk.approve")
    check_state_dir(takes, state_dir)
    if isinstance(plan, str | Path):
        plan = plan_to_approve(str(plan), state_dir) or load_plan(plan)
    takes.noun("plan", plan, Plan, f"{PLAN} Or give the path of a saved plan.")
    takes.flags(withdraw=withdraw)
    if plan.undoes is None and not plan.made_elsewhere and not withdraw:
        raise PlanError(
            "You made this plan, so somebody else must approve it. Save it, and give the file to "
            "that person."
        )
    plan = under_policy(plan)
    key, digest = approval_key(plan), content_digest(plan)
    with closing(Journal(journal_home(state_dir))) as journal:
        journal.approve(key, digest, withdraw=withdraw)
        return tuple(journal.approvals(key, digest))


def plan_to_approve(plan_id: str, state_dir: StateDir = None) -> Plan | None:
    """Return the plan of a fleet by its id; None if there is none.

    Raises:
        PlanError: It cannot be used.
    """
    if not _ID.fullmatch(plan_id):
        return None
    with closing(JournalOfPlans(journal_home(state_dir))) as journal:
        return journal.plan(plan_id)


def approval_standing(plan: Plan, state_dir: StateDir = None) -> Standing | None:
    """Return whether another person has approved a plan; None if none is needed.

    Raises:
        OutputError: The journal cannot be read.
    """
    if not plan.needs_approval:
        return None
    with closing(Journal(journal_home(state_dir))) as journal:
        try:
            return journal.standing(approval_key(plan), content_digest(plan))
        except SettingsError as error:
            return Standing("not_shared", why=str(error))


def require_approval(plan: Plan, state_dir: StateDir = None) -> None:
    """Check, before a person is asked, that a plan has the approval that it needs.

    `apply` checks it again as it begins.

    Raises:
        PlanError: Nobody else has approved it.
        SettingsError: The journal is not shared.
    """
    if plan.needs_approval:
        with closing(Journal(journal_home(state_dir))) as journal:
            journal.require_approval(approval_key(plan), content_digest(plan))
