"""What a worker does with a job: plain functions, whose values can go through any engine.

A worker may be killed at any moment, and an engine may run a job twice, also at once. Both are
harmless: a plan is carried out once only, and what has begun is resumed.
"""

from __future__ import annotations

import os
from contextlib import closing
from typing import TYPE_CHECKING, Any

from certbulk.api import Client
from certbulk.applying import Run, apply, attach, resume
from certbulk.applying.journal.by_plan import JournalByPlan, PlanCarriedOut
from certbulk.applying.journal.store import who_sends
from certbulk.errors import (
    CertbulkError,
    ChainBusyError,
    PlanError,
    ServiceError,
    UnavailableError,
)
from certbulk.fleets.job import Job, JobResult
from certbulk.planning.saving.document import plan_of
from certbulk.shared.home import Journal, journal_home

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "OF_RUNS",
    "carry_out",
    "client_of",
    "failed",
    "in_words",
    "sent_by",
    "this_process",
    "this_worker",
]

OF_RUNS = (
    *("batch_size", "all_or_nothing", "canary", "settle", "settle_pause", "verify"),
    *("staleness", "most_failures", "most_retries"),
)
"""The options of a job that are those of `apply`."""

_TOO_MANY_REQUESTS, _SERVER_ERROR = 429, 500


def carry_out(job: Job) -> JobResult:
    """Carry out the plan of a job: a finished one is returned, a begun one resumed, else applied.

    If somebody else carries it out, the result is that it is running, and by whom: no worker waits
    for that. What certbulk raises on purpose becomes a failed result with the sentence.

    Args:
        job: A job with its plan.
    """
    try:
        home = journal_home(job.state_dir)
        done = _seen(job, home)
        if done is not None and done.is_done:
            return _result(job, attach(done.run, home, progress=False), home)
        if done is not None and done.state == "running":
            return JobResult(job.chain, "running", sent_by(done), done.run, lane=done.lane)
        with client_of(job) as client:
            return _result(job, _ended(job, client, home, done), home)
    except ChainBusyError as error:
        return JobResult(job.chain, "running", in_words(error))
    except CertbulkError as error:
        return failed(job, error)


def _ended(job: Job, client: Client, home: Path | Journal, begun: PlanCarriedOut | None) -> Run:
    """Return the run of a job's plan, once it has ended."""
    options = {name: value for name, value in job.options.items() if name in OF_RUNS}
    if begun is None:
        try:
            plan = plan_of(job.plan or {})
            return apply(plan, client, state_dir=home, progress=False, **options)
        except PlanError:
            begun = _seen(job, home)  # by another worker, since this one looked
            if begun is None:
                raise
    if not begun.is_done:
        return resume(begun.run, client, state_dir=home, progress=False)
    return attach(begun.run, home, progress=False)


def sent_by(run: PlanCarriedOut) -> str:
    """Return who is carrying out a plan, in words."""
    return f"{run.who} is sending it."


def client_of(job: Job) -> Client:
    """Return a client for the chain of a job, with the settings and tokens of this process.

    Raises:
        SettingsError: One of them is missing here.
    """
    return Client.from_env(chain_id=job.chain, profile=job.profile or None)


def _seen(job: Job, home: Path | Journal) -> PlanCarriedOut | None:
    with closing(JournalByPlan(home)) as journal:
        return journal.of_plans([job.plan_id]).get(job.plan_id)


def _result(job: Job, run: Run, home: Path | Journal) -> JobResult:
    return JobResult(
        job.chain,
        "stopped" if run.state in ("running", "interrupted") else run.state,
        run.reason,
        run.id,
        len(run.outcomes),
        {status: number for status, number in run.counts.items() if number},
        limited=sum(one.status == _TOO_MANY_REQUESTS for one in run.exchanges),
        ok=run.ok,
        reached=_reached(run),
        **this_worker(home),
    )


def _reached(run: Run) -> bool | None:
    """Whether the service answered the last request of a run; None if none has left."""
    if not run.exchanges:
        return None
    status = max(run.exchanges, key=lambda one: one.at).status
    return run.state == "finished" or (status is not None and status < _SERVER_ERROR)


def failed(job: Job, error: CertbulkError) -> JobResult:
    """Return the result of a job that could not be done, with the sentence of the error."""
    return JobResult(
        job.chain, "failed", in_words(error), worker=_name(), reached=_was_reached(error)
    )


def _was_reached(error: CertbulkError) -> bool | None:
    """Whether a job that failed has reached the service; None if it may not have asked it.

    What prevents all requests at once, such as a certificate that is not trusted, is not retried:
    it is of this worker, and costs no time.
    """
    if not isinstance(error, ServiceError):
        return None
    if not isinstance(error, UnavailableError) or error.status == _TOO_MANY_REQUESTS:
        return True
    return None if error.stops else False


def in_words(error: CertbulkError) -> str:
    """Return the sentence of an error."""
    return str(error.args[0] if error.args else type(error).__name__)


def this_worker(home: Path | Journal) -> dict[str, Any]:
    """Return what tells this process from others: its lane and its name."""
    lane = home.lane if isinstance(home, Journal) else ""
    return {"lane": lane, "worker": _name()}


def _name() -> str:
    return f"{who_sends()}:{os.getpid()}"


def this_process() -> str:
    """Return how the lock of a chain names this process: see `PlanCarriedOut.who`."""
    return f"{who_sends()} process {os.getpid()}"
