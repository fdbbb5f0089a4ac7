"""`settle`: a person decides the outcome of a row that certbulk could not find out."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from certbulk.api import Client
from certbulk.api.answers import whole_number
from certbulk.applying.history import run_of
from certbulk.applying.journal.chain_lock import Claim
from certbulk.applying.journal.writing import Journal, who_sends
from certbulk.applying.outcome import NOT_LOOKED, Outcome, Status, moment, now
from certbulk.applying.run import Run
from certbulk.applying.sending.compare import stored_differently
from certbulk.applying.sending.truth import DONE, Sight, sight_of
from certbulk.arguments import CLIENT, Arguments
from certbulk.core.findings.finding import quoted
from certbulk.core.titles import loosely_same, strict
from certbulk.errors import PlanError
from certbulk.planning import Action
from certbulk.planning.live import record_or_none, require_same_chain
from certbulk.shared.home import StateDir, check_state_dir, journal_home

if TYPE_CHECKING:
    from certbulk.planning import Plan, RowDecision

__all__ = ["settle"]

Record = dict[str, Any]

_CODE = "settled_by_hand"


def settle(
    run: Run | str,
    row: int,
    client: Client,
    *,
    done: bool,
    id: int | None = None,  # noqa: A002 (the column's name)
    state_dir: StateDir = None,
) -> Outcome:
    """Settle a row with an unknown outcome, after you have checked the service yourself.

    With `done=True`, the type is read and recorded as the row's own, so that `undo` knows it. A
    type that was live when the plan was made, that belongs to another row or run, or whose title is
    nothing like the row's is refused. With `done=False`, the row is recorded as failed, and only a
    new plan sends it again.

    Args:
        run: The run, or its number.
        row: The number of the row in the source.
        client: A client for the chain of the run.
        done: Whether the row was carried out.
        id: The id of the type that a create made. Updates and deletions have one already.
        state_dir: The folder of the journal, or a `Journal`; by default that of the settings.

    Returns:
        The outcome of the row, code `settled_by_hand`. Its `verified` is "differs" if the type is
        not exactly what the row asks for.

    Raises:
        NoSuchRunError: The journal has no such run.
        PlanError: The outcome of the row is known, the type cannot be what the row made, or the
            client is for another chain or service.
        ChainBusyError: A run is sending to the chain.
        ServiceError: The type could not be read.
        OutputError: The journal cannot be written.
        SettingsError: The client was closed.
        ArgumentError: An argument has the wrong type, such as a plan instead of a run.

    Example:
        >>> import certbulk as cb
        >>> import pandas as pd
        >>> from certbulk.sandbox import Faults
        >>> sandbox = cb.Sandbox(faults=Faults(lost_answer=1.0, methods=("POST",)))
        >>> with sandbox as client:
        ...     plan = cb.plan(cb.validate(cb.read("sample_data/certificate_types.xlsx")), client)
        ...     run = cb.apply(plan, client, progress=False, settle=False, most_failures=1)
        ...     row = next(o.row for o in run.outcomes if o.status == "unknown")
        ...     made = sandbox.types()[-1]["id"]  # found in the service
        ...     settled = cb.settle(run.id, row, client, done=True, id=made)
        >>> str(settled.status), settled.id == made, settled.code, settled.verified
        ('created', True, 'settled_by_hand', 'yes')
    """
    takes = Arguments("certbulk.settle")
    number = takes.run("run", run, Run)
    takes.whole_number("row", row)
    takes.noun("client", client, Client, CLIENT)
    takes.flags(done=done)
    takes.whole_number("id", id, optional=True)
    check_state_dir(takes, state_dir)
    with closing(Journal(journal_home(state_dir))) as journal:
        record = journal.run(number)
        require_same_chain(f"Run {number}", record.base_url, record.chain_id, client)
        by_hand = f"{number}, of which a row is settled by hand"
        with journal.one_run(Claim(record.base_url, record.chain_id, by_hand, now())):
            found = run_of(journal, number)
            decision, outcome = _open_row(found, row)
            stored = None
            if done:
                others = journal.created_by_others(
                    number, record.base_url, record.chain_id, moment(found.plan.made_at)
                )
                stored = _made(decision, id, found, others, client)
                outcome = _done(decision, outcome, stored)
            else:
                if id is not None:
                    raise PlanError("A row that was not carried out has no type. Leave the id out.")
                outcome = _not_done(decision, outcome)
            journal.settle_by_hand(number, outcome, stored, who=who_sends(), done=done)
    return outcome


def _open_row(run: Run, row: int) -> tuple[RowDecision, Outcome]:
    """Return the decision and the outcome of a row with an unknown outcome.

    Raises:
        PlanError: There is no such row, or its outcome is known.
    """
    sheet = run.plan.report.sheet
    for decision, outcome in zip(run.plan.decisions, run.outcomes, strict=True):
        if decision.row != row:
            continue
        name = sheet.row_name(row)
        if outcome.status is Status.UNKNOWN:
            return decision, outcome
        if outcome.status is Status.NOT_SENT:
            raise PlanError(
                f"Row {name} of run {run.id} was not sent. Resume the run to send it.",
                terminal=f"Resume it: certbulk resume {run.id}",
            )
        raise PlanError(
            f"Row {name} of run {run.id} is {outcome.status}. Only a row whose outcome is unknown "
            "can be settled by hand."
        )
    numbers = " Column row of run.frame has the numbers of its rows." if sheet.labels else ""
    raise PlanError(f"Run {run.id} has no row {row}.{numbers}")


def _made(
    decision: RowDecision, number: int | None, run: Run, others: frozenset[int], client: Client
) -> Record | None:
    """Return the record that a row created or changed; None if it deleted it.

    Raises:
        PlanError: The live type cannot be the result of the row.
        ServiceError: The live type could not be read.
    """
    if decision.action is Action.CREATE:
        return _created(decision, number, run, others, client)
    row = run.plan.report.sheet.row_name(decision.row)
    if number not in (None, decision.id):
        raise PlanError(f"Row {row} is about id {decision.id}, not {number}. Leave the id out.")
    record = record_or_none(client, decision.id or 0)
    sight = sight_of(decision, record)
    if sight is Sight.GONE:
        raise PlanError(
            f"Type {decision.id} no longer exists, so row {row} cannot have updated "
            "it. Settle the row as not done."
        )
    if sight is Sight.BEFORE and decision.action is Action.DELETE:
        raise PlanError(
            f"Type {decision.id} is still there, so row {row} has not deleted it. Settle "
            "the row as not done."
        )
    if sight is Sight.BEFORE:
        raise PlanError(
            f"Type {decision.id} is as it was before the run, so row {row} has not "
            "changed it. Settle the row as not done."
        )
    return record


def _created(
    decision: RowDecision, number: int | None, run: Run, others: frozenset[int], client: Client
) -> Record:
    row = run.plan.report.sheet.row_name(decision.row)
    if number is None:
        raise PlanError(
            f"Row {row} creates a type: give the id of that type.",
            terminal=f"Add it at the end: certbulk settle {run.id} {decision.row} --done ID",
        )
    if why := _of_others(decision.row, number, run, others):
        raise PlanError(f"Type {number} is not what row {row} made: {why}.")
    record = record_or_none(client, number)
    if record is None:
        raise PlanError(
            f"There is no type {number} in chain {client.chain_id}. Check the id; or settle the "
            "row as not done, if what it made was deleted."
        )
    if why := _unlike(decision, record, run.plan):
        raise PlanError(f"Type {number} cannot be what row {row} made: {why}.")
    return record


def _of_others(row: int, number: int, run: Run, others: frozenset[int]) -> str:
    """Return in words why an id cannot be the row's; '' if it can be."""
    if number in run.plan.live_ids:
        return "it was live already when the plan was made"
    for decision, outcome in zip(run.plan.decisions, run.outcomes, strict=True):
        if decision.row != row and number in (decision.id, outcome.id):
            return f"it belongs to row {run.plan.report.sheet.row_name(decision.row)}"
    return "another run created it" if number in others else ""


def _unlike(decision: RowDecision, record: Record, plan: Plan) -> str:
    """Return in words why a record cannot be the row's; '' if it can be."""
    chain = whole_number(record.get("company_group_id", plan.chain_id))
    if chain != plan.chain_id:
        return f"it belongs to chain {chain}"
    title = str(record.get("title"))
    if not loosely_same(title, decision.title):
        return f"its title is {quoted(title)}, but that of the row is {quoted(decision.title)}"
    same = [d.row for d in plan.decisions if strict(d.title) == strict(title)]
    if same and decision.row not in same:
        row = plan.report.sheet.row_name(same[0])
        return f"its title is {quoted(title)}, which is that of row {row}"
    return ""


def _done(decision: RowDecision, outcome: Outcome, record: Record | None) -> Outcome:
    as_asked = sight_of(decision, record) is Sight.WANTED
    differs = stored_differently(decision, record) if record else ""
    message = "Settled by hand: it was carried out."
    return replace(
        outcome,
        status=DONE[decision.action],
        id=record["id"] if record else decision.id,
        code=_CODE,
        message=f"{message} The service has something else: {differs}." if differs else message,
        at=now(),
        verified="yes" if as_asked else "differs",
        own=True,
    )


def _not_done(decision: RowDecision, outcome: Outcome) -> Outcome:
    return replace(
        outcome,
        status=Status.FAILED,
        id=decision.id,
        code=_CODE,
        message="Settled by hand: it was not carried out. Only a new plan sends it.",
        at=now(),
        verified=NOT_LOOKED,
        own=False,
    )
