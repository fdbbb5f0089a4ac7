"""`apply` and `resume`: carry out a plan and find the true outcome of every row."""

from __future__ import annotations

import threading
from contextlib import closing
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from certbulk.api import Client
from certbulk.applying.history import attach
from certbulk.applying.interrupts import Interrupts
from certbulk.applying.journal.chain_lock import Claim
from certbulk.applying.journal.traffic import exchanges_of, journalled
from certbulk.applying.journal.writing import Journal, RunRecord
from certbulk.applying.outcome import Status, now
from certbulk.applying.run import Run
from certbulk.applying.sending.carry_out import carry_out
from certbulk.applying.sending.not_sent import open_outcome, outcomes_without_sending
from certbulk.applying.sending.options import STANDARD, Job, Options, checked_options
from certbulk.applying.sending.run_loop import RunLoop
from certbulk.applying.sending.stopping import RunStop
from certbulk.arguments import CLIENT, PLAN, Arguments
from certbulk.errors import PlanError
from certbulk.planning import Plan
from certbulk.planning.approval import held_back
from certbulk.planning.live import require_same_chain
from certbulk.planning.policy.policy_file import under_policy
from certbulk.planning.saving.document import plan_of
from certbulk.shared.home import StateDir, check_state_dir, journal_home

if TYPE_CHECKING:
    from certbulk.applying.outcome import Outcome
    from certbulk.planning import RowDecision

__all__ = ["apply", "resume"]


def apply(
    plan: Plan,
    client: Client,
    *,
    state_dir: StateDir = None,
    progress: bool = True,
    stop: threading.Event | None = None,
    wait: bool = False,
    batch_size: int = STANDARD.batch_size,
    all_or_nothing: bool = STANDARD.all_or_nothing,
    canary: int | None = STANDARD.canary,
    settle: bool = STANDARD.settle,
    settle_pause: float | None = None,
    verify: bool = STANDARD.verify,
    staleness: float = STANDARD.staleness,
    most_failures: int = STANDARD.most_failures,
    most_retries: int = STANDARD.most_retries,
) -> Run:
    """Carry out a plan: send its creates and updates at the client's pace.

    The first create is sent alone. Every attempt is recorded in the journal before it leaves, and
    every outcome before the next batch. The live types are listed again before a request leaves if
    the last listing is too old, so that a type that somebody changed after the plan is not
    overwritten. If an answer is lost or not credible, certbulk checks what is live before it
    retries. At the end, one listing verifies every row that was sent. If the service refuses the
    token, the licence or the access, the run stops. Requests in flight are finished then, and the
    other rows are `not_sent`.

    Ctrl-C, or interrupting the kernel, stops the run in the same way. Then KeyboardInterrupt is
    raised, so that a loop or notebook that called it stops as well. Its attribute `run` is the run;
    `attach` returns it, too.

    Args:
        plan: What `plan` or `undo` returned, for the client's chain and service.
        client: A client for the chain.
        state_dir: The folder of the journal, or a `Journal`; by default that of the settings.
        progress: Whether to show a progress bar.
        stop: The run stops at the next row once this is set. The run itself never sets it.
        wait: Whether to wait while another run of this journal sends to the same chain.
        batch_size: The number of rows after which the run checks for a stop request and for the
            age of the last listing; also the most rows in flight.
        all_or_nothing: Send nothing if any row is invalid or blocked.
        canary: The number of rows to send first, read back and compare; None means one if there
            are more than twenty writes, else none.
        settle: Whether to check unknown outcomes at the end of the run.
        settle_pause: Seconds before each of the two checks, since a slow server may still be
            working; None means the time that a client waits for an answer.
        verify: Whether one listing at the end compares every row that was sent with what is live.
        staleness: The greatest age in seconds of the last listing when a request leaves.
        most_failures: The run stops when this many consecutive rows have failed.
        most_retries: The run stops when this many requests have been retried, all rows together.

    Returns:
        A `Run` with one outcome per row of the sheet.

    Raises:
        PlanError: The plan is for another chain or service, was carried out already, lacks the
            approval that the policy asks for, or an option has an impossible value.
        ChainBusyError: Another run is sending to the chain, and `wait` is false.
        OutputError: The journal cannot be written; nothing is sent without it.
        SettingsError: The client was closed or is for the vendor's mock server, which keeps
            nothing; the policy cannot be used, or asks for an approval without a shared journal.
        ArgumentError: An argument has the wrong type, such as a report instead of a plan.
        KeyboardInterrupt: Ctrl-C ended the run, which is its attribute `run`.

    Example:
        >>> import certbulk as cb
        >>> report = cb.validate(cb.read("sample_data/certificate_types.xlsx"))
        >>> with cb.Sandbox() as client:
        ...     run = cb.apply(cb.plan(report, client), client, progress=False)
        >>> run.state
        'finished'
    """
    takes = Arguments("certbulk.apply")
    takes.noun("plan", plan, Plan, PLAN)
    _check(takes, client, state_dir, stop, progress=progress, wait=wait)
    chosen = checked_options(
        takes,
        batch_size=batch_size,
        all_or_nothing=all_or_nothing,
        canary=canary,
        settle=settle,
        verify=verify,
        staleness=staleness,
        most_failures=most_failures,
        most_retries=most_retries,
        **({} if settle_pause is None else {"settle_pause": settle_pause}),
    )
    client.require_real()
    require_same_chain("The plan", plan.base_url, plan.chain_id, client)
    home = journal_home(state_dir)
    return carry_out(
        under_policy(plan), client, chosen, home=home, progress=progress, stop=stop, wait=wait
    )


def resume(
    run: Run | str,
    client: Client,
    *,
    state_dir: StateDir = None,
    progress: bool = True,
    stop: threading.Event | None = None,
    wait: bool = False,
    batch_size: int | None = None,
    all_or_nothing: bool | None = None,
    canary: int | None = None,
    settle: bool = True,
    settle_pause: float | None = None,
    verify: bool = True,
    staleness: float | None = None,
    most_failures: int | None = None,
    most_retries: int | None = None,
) -> Run:
    """Continue a run that stopped or was interrupted.

    A row with an outcome is not sent again. If the request of a row may have left, certbulk first
    checks what is live, and sends the row only if it was not carried out. The input file is not
    needed.

    Args:
        run: The run, or its number.
        client: A client for the chain of the run.
        state_dir: The folder of the journal, or a `Journal`; by default that of the settings.
        progress: Whether to show a progress bar.
        stop: The run stops at the next row once this is set. The run itself never sets it.
        wait: Whether to wait while another run of this journal sends to the same chain.
        batch_size: This option and the following are those of `apply`. None means the value with
            which the run began.
        all_or_nothing: See `apply`.
        canary: See `apply`.
        settle: See `apply`.
        settle_pause: See `apply`.
        verify: See `apply`.
        staleness: See `apply`.
        most_failures: See `apply`.
        most_retries: See `apply`.

    Returns:
        A `Run` with one outcome per row of the sheet.

    Raises:
        NoSuchRunError: The journal has no such run.
        PlanError: The client is for another chain or service, or an option is impossible.
        ChainBusyError: This run or another one is sending to the chain.
        OutputError: The journal cannot be written.
        SettingsError: The client was closed, or the policy cannot be used.
        ArgumentError: An argument has the wrong type, such as a plan instead of a run.
        KeyboardInterrupt: Ctrl-C ended the run; see `apply`.

    Example:
        >>> import certbulk as cb
        >>> import pandas as pd
        >>> prices = pd.DataFrame({"id": [288901, 288902], "balance": [60, 110]})
        >>> with cb.Sandbox() as client:
        ...     plan = cb.plan(cb.validate(cb.read(prices)), client)
        ...     run = cb.apply(plan, client, progress=False)
        ...     again = cb.resume(run.id, client, progress=False)
        >>> again.counts == run.counts
        True
    """
    takes = Arguments("certbulk.resume")
    number = takes.run("run", run, Run)
    _check(takes, client, state_dir, stop, progress=progress, wait=wait)
    given: dict[str, Any] = {
        "batch_size": batch_size,
        "all_or_nothing": all_or_nothing,
        "canary": canary,
        "settle": settle,
        "settle_pause": settle_pause,
        "verify": verify,
        "staleness": staleness,
        "most_failures": most_failures,
        "most_retries": most_retries,
    }
    changed = {name: value for name, value in given.items() if value is not None}
    checked_options(takes, **changed)
    home = journal_home(state_dir)
    interrupts = Interrupts()
    with interrupts, closing(Journal(home)) as journal:
        record = journal.run(number)
        require_same_chain(f"Run {number}", record.base_url, record.chain_id, client)
        chosen = _as_begun(record, changed)
        plan = plan_of(record.plan)
        allowed = under_policy(plan)
        if allowed.needs_approval and record.approved is None:
            allowed = held_back(allowed)
        chain = (record.base_url, record.chain_id)
        with journal.one_run(Claim(*chain, number, now(), wait, stop, chosen.settle_pause)):
            interrupts.find = lambda: attach(number, home)
            journal.resumed(number, asdict(chosen))
            outcomes, writes = outcomes_without_sending(
                plan, at=record.started, all_or_nothing=chosen.all_or_nothing
            )
            attempts = journal.intents(number)
            known = journal.outcomes(number)
            outcomes |= {
                row: outcome
                for row, outcome in known.items()
                if outcome.status not in (Status.UNKNOWN, Status.NOT_SENT)
            }
            left = [d for d in writes if d.row not in outcomes]
            # Not sent, and nothing has left since: refused for the moment, so this is certain.
            refused = {
                row
                for row, outcome in known.items()
                if outcome.status is Status.NOT_SENT and outcome.attempts == attempts.get(row, 0)
            }
            doubtful = [d for d in left if d.row in attempts and d.row not in refused]
            waiting = [d for d in left if d.row not in attempts or d.row in refused]
            blocked = _blocked_by_policy(allowed, waiting)
            journal.remark_all(number, blocked.values())
            waiting = [d for d in waiting if d.row not in blocked]
            run_loop = RunLoop(
                Job(number, plan, client, journal, chosen),
                stop=RunStop(stop),
                attempts=attempts,
                outcomes=outcomes
                | blocked
                | {d.row: _doubt(d, known.get(d.row), attempts[d.row]) for d in doubtful},
                interrupts=interrupts,
            )
            with journalled(number, client, journal):
                done = run_loop.carry_out(
                    waiting, doubtful, started=record.started, progress=progress
                )
            if chosen.settle and done.state == "finished":
                journal.looked(number)
            done = replace(done, exchanges=exchanges_of(number, journal), approved=record.approved)
            interrupts.run = done
    return done


def _blocked_by_policy(allowed: Plan, waiting: list[RowDecision]) -> dict[int, Outcome]:
    """Return the outcomes of rows that the policy blocks by now, of those that were not sent yet.

    A request that may have left is not judged again: its row is settled.
    """
    without, _ = outcomes_without_sending(allowed, at=now(), all_or_nothing=False)
    return {d.row: without[d.row] for d in waiting if d.row in without}


def _doubt(decision: RowDecision, known: Outcome | None, attempts: int) -> Outcome:
    """Return the outcome of a row in doubt until it is settled."""
    unknown = known is not None and known.status is Status.UNKNOWN
    return known if known is not None and unknown else open_outcome(decision, attempts)


def _as_begun(record: RunRecord, changed: dict[str, Any]) -> Options:
    """Return the options that a run began with, with those that are changed now."""
    try:
        return Options(**{**record.options, **changed})
    except TypeError as error:  # made by another version, or damaged
        raise PlanError(f"{error}.") from None


def _check(
    takes: Arguments,
    client: object,
    state_dir: object,
    stop: object,
    *,
    progress: object,
    wait: object,
) -> None:
    """Check the arguments that `apply` and `resume` share."""
    takes.noun("client", client, Client, CLIENT)
    check_state_dir(takes, state_dir)
    takes.noun("stop", stop, threading.Event, optional=True)
    takes.flags(progress=progress, wait=wait)
