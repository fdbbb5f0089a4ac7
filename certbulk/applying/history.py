"""`runs`, `attach` and `stop`: the runs in the journal, also those of other processes."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from time import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from certbulk.applying import watch as following
from certbulk.applying.journal.chain_lock import holder
from certbulk.applying.journal.traffic import exchanges_of
from certbulk.applying.journal.writing import Journal, RunRecord
from certbulk.applying.outcome import Status
from certbulk.applying.phases import phase_of
from certbulk.applying.rows_ended import VERIFIED
from certbulk.applying.run import Run
from certbulk.applying.sending.unsent import not_sent, open_outcome, outcomes_without_sending
from certbulk.arguments import RUN_ID, Arguments
from certbulk.errors import PlanError
from certbulk.planning.document import plan_of
from certbulk.settings import state_folder

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

__all__ = [
    "attach",
    "doing_now",
    "recent_runs",
    "run_of",
    "run_summaries",
    "run_to_resume",
    "runs",
    "service_name",
    "stop",
]

_HEAD = ("run", "started", "file", "service", "chain_id", "kind")
_COUNTS = (*map(str, Status), *VERIFIED)


def runs(state_dir: str | Path | None = None) -> pd.DataFrame:
    """Return the runs of this machine, newest first.

    Columns: run, started, file, service, chain_id, kind, state, and a count for each status.
    `service` is practice or a host; `kind` is apply or undo. `state` is running, finished, stopped,
    refused (all or nothing: nothing was sent) or interrupted (its process has ended).

    Raises:
        OutputError: The journal cannot be opened.

    Example:
        >>> import certbulk as cb
        >>> list(cb.runs().columns[:7])
        ['run', 'started', 'file', 'service', 'chain_id', 'kind', 'state']
    """
    import pandas as pd  # noqa: PLC0415

    Arguments("certbulk.runs").path("state_dir", state_dir, optional=True)
    return pd.DataFrame(run_summaries(state_dir), columns=[*_HEAD, "state", *_COUNTS])


def run_summaries(state_dir: str | Path | None = None) -> list[dict[str, Any]]:
    """Return the runs as JSON-ready values, newest first: see `runs`."""
    folder = state_folder(state_dir)
    with closing(Journal(folder)) as journal:
        return [_summary_of(journal, number) for number in journal.runs()]


def recent_runs(
    service: str, chain_id: int, *, most: int = 5, state_dir: str | Path | None = None
) -> list[dict[str, Any]]:
    """Return the newest runs of a chain, newest first, without reading their plans and rows.

    Each has run, plan_id, started, finished, state, reason, source (the file's name), kind and
    service. This is quick, whatever the number and length of the runs.

    Raises:
        OutputError: The journal cannot be opened.
    """
    with closing(Journal(state_folder(state_dir))) as journal:
        found = journal.runs_of(service, chain_id, most)
        at_it = holder(journal.folder, service, chain_id)
        if any(run["state"] == "running" and run["run"] != at_it for run in found):
            found = journal.runs_of(service, chain_id, most)  # see _ended_or_not
            at_it = holder(journal.folder, service, chain_id)
    for run in found:
        run["service"] = service_name(service)
        if run["state"] == "running" and run["run"] != at_it:
            run["state"] = "interrupted"
    return found


def run_to_resume(
    service: str, chain_id: int, *, state_dir: str | Path | None = None
) -> str | None:
    """Return the newest run of a chain that a resume can continue; None if there is none.

    It has rows that were not sent, or rows with an unknown outcome that no resume has checked.

    Raises:
        OutputError: The journal cannot be opened.
    """
    with closing(Journal(state_folder(state_dir))) as journal:
        return journal.to_resume(service, chain_id)


def _summary_of(journal: Journal, number: str) -> dict[str, Any]:
    head = journal.head(number)
    head["service"] = service_name(head["base_url"])
    known = {name: head[name] for name in _HEAD}
    try:
        run = run_of(journal, number)
    except PlanError:  # made by another version of certbulk, or damaged; the other runs are shown
        return {**known, "state": "unreadable", **dict.fromkeys(_COUNTS, 0)}
    return {**known, "state": run.state, **run.counts, **run.verified}


def service_name(base_url: str) -> str:
    """Return the name of a service: practice, or the host in its address.

    Example:
        >>> service_name("https://api.alteg.io/api/v1"), service_name("sandbox:///home/a/state")
        ('api.alteg.io', 'practice')
    """
    if base_url.startswith("sandbox:"):
        return "practice"
    return urlsplit(base_url).netloc or base_url


def attach(run: str, state_dir: str | Path | None = None, *, follow: bool = False) -> Run:
    """Return a run with its outcomes so far, as the journal has them, also from another process.

    Call it again to see the progress. A row without an outcome is `unknown` if its request may
    have left, else `not_sent`.

    Args:
        run: The run's number.
        state_dir: The folder of the journal; by default that of the settings.
        follow: Whether to show a progress bar until the run has ended, in whatever process it is.
            Ctrl-C ends the progress bar, not the run.

    Raises:
        NoSuchRunError: The journal has no such run.
        OutputError: The journal cannot be opened.
        ArgumentError: An argument has the wrong type, such as a run instead of its number.

    Example:
        >>> import certbulk as cb
        >>> import pandas as pd
        >>> prices = pd.DataFrame({"id": [288901, 288902], "balance": [60, 110]})
        >>> with cb.Sandbox() as client:
        ...     plan = cb.plan(cb.validate(cb.read(prices)), client)
        ...     run = cb.apply(plan, client, progress=False)
        >>> cb.attach(run.id).counts == run.counts
        True
    """
    takes = Arguments("certbulk.attach")
    takes.text("run", run, RUN_ID)
    takes.path("state_dir", state_dir, optional=True)
    takes.flags(follow=follow)
    with closing(Journal(state_folder(state_dir))) as journal:
        found = run_of(journal, run)
        if follow and found.state == "running":
            following.follow(found, journal)
            found = run_of(journal, run)
        return replace(found, exchanges=exchanges_of(run, journal))


def doing_now(run: Run, state_dir: str | Path | None = None) -> str:
    """Return what a run is doing, in words; empty if it is not running or this is not known."""
    plan = run.plan
    if run.state != "running":
        return ""
    seen = phase_of(state_folder(state_dir), plan.base_url, plan.chain_id, run.id)
    return seen.at(time()).doing if seen else ""


def stop(run: str, state_dir: str | Path | None = None) -> str:
    """Ask a run, in whatever process it is, to stop at the next row. It can be resumed.

    Returns:
        The run's state when it was asked. Only a `running` one will stop; the others have ended.

    Raises:
        NoSuchRunError: The journal has no such run.
        OutputError: The journal cannot be written.
        ArgumentError: An argument has the wrong type, such as a run instead of its number.

    Example:
        >>> import certbulk as cb
        >>> import pandas as pd
        >>> prices = pd.DataFrame({"id": [288901, 288902], "balance": [60, 110]})
        >>> with cb.Sandbox() as client:
        ...     plan = cb.plan(cb.validate(cb.read(prices)), client)
        ...     run = cb.apply(plan, client, progress=False)
        >>> cb.stop(run.id)
        'finished'
    """
    takes = Arguments("certbulk.stop")
    takes.text("run", run, RUN_ID)
    takes.path("state_dir", state_dir, optional=True)
    with closing(Journal(state_folder(state_dir))) as journal:
        _, state = _ended_or_not(journal, run)
        journal.ask_to_stop(run)
        return state


def run_of(journal: Journal, number: str) -> Run:
    """Return a run from an open journal, without its requests; see `attach`."""
    record, state = _ended_or_not(
        journal, number
    )  # read before the rows, so that these are never older
    plan = plan_of(record.plan)
    outcomes, writes = outcomes_without_sending(
        plan, at=record.started, all_or_nothing=bool(record.options.get("all_or_nothing"))
    )
    known, attempts = journal.outcomes(number), journal.intents(number)
    running = state == "running"
    for decision in writes:
        outcome = known.get(decision.row)
        left = attempts.get(decision.row, 0)
        if outcome and outcome.status is Status.NOT_SENT and outcome.attempts != left:
            outcome = None  # it has been sent again since
        if outcome is None and left:
            outcome = open_outcome(decision, left, running=running)
        outcomes[decision.row] = outcome or not_sent(
            decision, record.reason, record.finished or "", running=running
        )
    ordered = tuple(outcomes[decision.row] for decision in plan.decisions)
    return Run(
        number,
        plan,
        ordered,
        state,
        record.reason,
        record.started,
        record.finished or "",
        verifies=bool(record.options.get("verify")),
    )


def _ended_or_not(journal: Journal, number: str) -> tuple[RunRecord, str]:
    """Return a run's record and its state.

    A run records its end before it releases its chain. One that does not hold its chain may
    therefore have ended since it was read; it was interrupted if a second read still says running.
    """
    record = journal.run(number)
    if record.state == "running" and not _at_it(journal, record):
        record = journal.run(number)
        if record.state == "running" and not _at_it(journal, record):
            return record, "interrupted"
    return record, record.state


def _at_it(journal: Journal, record: RunRecord) -> bool:
    return holder(journal.folder, record.base_url, record.chain_id) == record.run
