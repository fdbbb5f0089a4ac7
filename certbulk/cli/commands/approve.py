"""The command that approves the plan of another person: approve."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import certbulk as cb
from certbulk.cli import options, show
from certbulk.cli.sending import ask
from certbulk.cli.service import SameService

__all__ = ["approve"]


def approve(
    plan: Annotated[
        str,
        typer.Argument(
            metavar="PLAN",
            help="The plan that the other person saved: .json. Or the id of a fleet's plan, or the "
            "number of a run, to approve its undo.",
        ),
    ],
    *,
    withdraw: Annotated[
        bool,
        typer.Option(
            "--withdraw", help="Take back all approvals of the plan, unless its run has begun."
        ),
    ] = False,
    service: SameService,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Approve without asking.")] = False,
    wide: options.Wide = False,
    json: options.Json = False,
) -> None:
    """Approve the plan of another person, so that it may be applied.

    For a policy that asks for it. It shows the plan and asks. The approval is kept in the journal
    that both share, with who and when. It is bound to what the plan would send; nothing is sent.

    Examples:
        certbulk approve plan.json
        certbulk approve plan.json --withdraw
        certbulk approve 20270131-101500-a1b2c3
    """
    made = _plan_in(plan, service)
    if not (json or withdraw):
        show.plan(made, wide=wide, pages=not yes)
    if not (withdraw or yes):
        ask(f"Approve this plan for chain {made.chain_id} at {service.host(made)}?")
    found = cb.approve(made, withdraw=withdraw)
    if json:
        approvals = [one._asdict() for one in found]
        show.as_json({"plan": made.id, "undoes": made.undoes, "approvals": approvals})
    elif withdraw:
        show.line("Withdrawn. The plan needs another approval before it can be applied.")
    else:
        show.line(f"Approved by {', '.join(one.in_words for one in found)}.")


def _plan_in(what: str, service: SameService) -> cb.Plan:
    """Return the plan in a file or of a fleet, or the undo of a run."""
    if Path(what).suffix.lower() == ".json":
        return cb.load_plan(what)
    from certbulk.applying.approving import plan_to_approve  # noqa: PLC0415

    if found := plan_to_approve(what):
        return found
    with service.client(cb.attach(what).plan) as client:
        return cb.undo(what, client)
