"""`undo`: a plan that reverts a run."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from certbulk.api import Client
from certbulk.applying.journal.writing import Journal
from certbulk.applying.outcome import Outcome, Status
from certbulk.applying.run import Run
from certbulk.applying.sending.compare import changed_since
from certbulk.applying.sending.not_sent import open_outcome
from certbulk.arguments import CLIENT, Arguments
from certbulk.core.counting import counted
from certbulk.core.payload import body_of, differences, values_of
from certbulk.core.titles import strictly_same
from certbulk.errors import PlanError
from certbulk.planning import Action, Plan, RowDecision
from certbulk.planning.live import NOT_LOOKED_UP, Live, require_same_chain, times_issued
from certbulk.planning.policy.policy_file import under_policy
from certbulk.planning.saving.document import plan_of
from certbulk.planning.sheet_words import SheetWords
from certbulk.shared.home import StateDir, check_state_dir, journal_home

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

__all__ = ["undo"]

Record = dict[str, Any]


def undo(
    run: Run | str, client: Client, *, doubles: bool = False, state_dir: StateDir = None
) -> Plan:
    """Return a plan that deletes what a run created and restores what it updated.

    Nothing is sent: check the plan, then `apply` it like any other. Rows that cannot be undone are
    blocked, with the reason: the type was issued or changed by somebody else since, or nothing
    proves that the run created it.

    Args:
        run: The run, or its number.
        client: A client for the chain of the run.
        doubles: Undo only doubles: the run's own types that have the same title as a newer type
            with a lower id.
        state_dir: The folder of the journal, or a `Journal`; by default that of the settings.

    Raises:
        NoSuchRunError: The journal has no such run.
        PlanError: The client is for another chain or service.
        ServiceError: The live types could not be read.
        SettingsError: The client was closed.
        ArgumentError: An argument has the wrong type, such as a plan instead of a run.

    Example:
        >>> import certbulk as cb
        >>> report = cb.validate(cb.read("sample_data/certificate_types.xlsx"))
        >>> with cb.Sandbox() as client:
        ...     before = client.list()
        ...     run = cb.apply(cb.plan(report, client), client, progress=False)
        ...     undone = cb.apply(cb.undo(run.id, client), client, progress=False)
        ...     client.list() == before
        True
    """
    takes = Arguments("certbulk.undo")
    number = takes.run("run", run, Run)
    takes.noun("client", client, Client, CLIENT)
    takes.flags(doubles=doubles)
    check_state_dir(takes, state_dir)
    with closing(Journal(journal_home(state_dir))) as journal:
        record = journal.run(number)
        if journal.holder(record.base_url, record.chain_id) == number:
            raise PlanError(
                f"Run {number} is under way. Wait until it has ended, or stop it.",
                terminal=f"Stop it: certbulk stop {number}",
            )
        outcomes, stored = journal.outcomes(number), journal.stored(number)
        done = plan_of(record.plan)
        left = journal.intents(number)
        for decision in done.decisions:
            if decision.row in left and decision.row not in outcomes:
                outcomes[decision.row] = open_outcome(decision, 1)
    require_same_chain(f"Run {number}", record.base_url, record.chain_id, client)
    ids = {o.id for o in outcomes.values() if o.id is not None}
    rows = (outcomes.get(decision.row) for decision in done.decisions)
    live = Live.fetch(client, [o.id for o in rows if o is not None and o.id is not None])
    decisions = tuple(
        _undone(d, outcomes.get(d.row), stored.get(d.row), live, done) for d in done.decisions
    )
    if doubles:
        others = live.by_id.keys() - done.live_ids - ids
        decisions = tuple(_if_double(decision, live, others) for decision in decisions)
    made = Plan(
        done.report,
        decisions,
        client.chain_id,
        client.service,
        datetime.now(UTC),
        client.pace.per_second,
        client.pace.per_minute,
        frozenset(live.by_id),
        undoes=number,
    )
    return under_policy(made)


def _if_double(decision: RowDecision, live: Live, others: AbstractSet[int]) -> RowDecision:
    """Return the decision if it deletes the double of one of the `others`, else a skip.

    Of two types with the same title, the one with the higher id is newer, and so the double.
    """
    twins = [number for number in live.titled(decision.title) if number in others]
    number = decision.id or 0
    if decision.action in (Action.DELETE, Action.BLOCKED) and any(n < number for n in twins):
        return decision
    message = ""
    if twins and number:
        ids = ", ".join(map(str, twins))
        message = f"The double is not this run's: id {ids} is newer than {number}."
    return RowDecision(
        decision.row, Action.SKIP, decision.id, message=message, title=decision.title
    )


def _is_own(decision: RowDecision, outcome: Outcome, stored: Record, known: frozenset[int]) -> bool:
    """Whether it is proved that the run created a type.

    For a run of an older version, it is only known whether the id was live when the plan was made,
    so the title must be strictly the row's as well.
    """
    if outcome.own is not None:
        return outcome.own
    return outcome.id not in known and strictly_same(stored.get("title"), decision.title)


def _blocked(decision: RowDecision, *, code: str, message: str) -> RowDecision:
    return replace(decision, action=Action.BLOCKED, code=code, message=message)


def _without_record(nothing: RowDecision, outcome: Outcome, live: Live) -> RowDecision:
    """Return the decision about a row whose type is not live, as far as that is known."""
    if outcome.id in live.not_looked_up:
        return _blocked(nothing, code=NOT_LOOKED_UP, message=live.why_not)
    gone = Action.UNCHANGED if outcome.status is Status.CREATED else Action.BLOCKED
    return replace(nothing, action=gone, code="not_found", message="The type no longer exists.")


def _undone(  # noqa: PLR0911 (one for each state of a row)
    decision: RowDecision,
    outcome: Outcome | None,
    stored: Record | None,
    live: Live,
    done: Plan,
) -> RowDecision:
    """Return the decision that undoes one row of the run of a plan."""
    nothing = RowDecision(decision.row, Action.SKIP, decision.id, title=decision.title)
    if outcome is not None and outcome.status is Status.DELETED:
        return _blocked(
            nothing,
            code="not_found",
            message="A deleted type cannot be restored. Create it again.",
        )
    if outcome is None or outcome.status not in (Status.CREATED, Status.UPDATED, Status.UNKNOWN):
        return nothing
    if outcome.status is Status.UNKNOWN or stored is None or outcome.id is None:
        message = "The outcome of this row is not known. Resume the run first."
        return _blocked(nothing, code="unknown_outcome", message=message)
    nothing = replace(nothing, id=outcome.id)
    record = live.by_id.get(outcome.id)
    if record is None:
        return _without_record(nothing, outcome, live)
    before = decision.before
    if before is not None and not differences(values_of(before), values_of(record)):
        return replace(
            nothing, action=Action.UNCHANGED, message="The type is as it was before the run."
        )
    if issued := times_issued(record):
        were = counted(issued, "certificate of it was", "certificates of it were")
        return _blocked(nothing, code="already_issued", message=f"{were} issued since.")
    if changed := changed_since(stored, record, SheetWords.of(done.report)):
        message = f"Somebody changed it after the run: {changed}."
        return _blocked(nothing, code="changed_since_plan", message=message)
    if before is None and not _is_own(decision, outcome, stored, done.live_ids):
        return _blocked(
            nothing,
            code="not_own",
            message="No answer proved that this run created it, so it is not deleted. Check it in "
            "the service.",
        )
    if before is None:
        return replace(nothing, action=Action.DELETE, before=record)
    wanted = values_of(before)
    changes = differences(wanted, values_of(record))
    return replace(
        nothing, action=Action.UPDATE, changes=changes, body=body_of(wanted), before=record
    )
