"""`runs`, `attach` and `stop`: the runs in the journal, also those of other processes."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from dataclasses import replace
from time import time
from typing import TYPE_CHECKING, Any

from certbulk.applying import watch as following
from certbulk.applying.journal.traffic import exchanges_of
from certbulk.applying.journal.writing import Journal, RunRecord
from certbulk.applying.outcome import Status
from certbulk.applying.phases import phase_of
from certbulk.applying.rows_ended import VERIFIED
from certbulk.applying.run import Run
from certbulk.applying.sending.not_sent import not_sent, open_outcome, outcomes_without_sending
from certbulk.arguments import Arguments
from certbulk.core.columns.dtypes import DTYPES, typed_frame
from certbulk.core.kinds.kind import NUMBER
from certbulk.errors import PlanError, SettingsError
from certbulk.planning.saving.document import plan_of
from certbulk.settings.urls import service_name
from certbulk.shared.home import Journal as Shared
from certbulk.shared.home import StateDir, check_state_dir, journal_home, local_folder

if TYPE_CHECKING:
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

_HEAD = ("run", "started", "file", "service", "chain_id", "kind", "state", "finished", "rows")
_SENDER = ("who", "worker", "lane", "approved_by")
_COUNTS = (*map(str, Status), *VERIFIED)


def runs(
    state_dir: StateDir = None,
    *,
    limit: int | None = None,
    service: str | None = None,
    chain: int | None = None,
) -> pd.DataFrame:
    """Return the runs of this machine, newest first; with a shared journal, those of everybody.

    Columns: run, started, file, service, chain_id, kind, state, finished, rows, and a count for
    each status. `service` is practice or a host. `kind` is apply, undo or settle: a settle is a
    decision by hand about a row of the run with this number. `state` is running, finished, stopped,
    refused (all or nothing: nothing was sent) or interrupted (its process has ended). With a shared
    journal, `who` (login name and host), `worker`, `lane` and `approved_by` follow `rows`.

    Args:
        state_dir: The folder of the journal, or a `Journal`; by default that of the settings.
        limit: The most runs to return, the newest ones; by default all.
        service: Only runs of this service: practice, a host, or its address.
        chain: Only runs of the chain with this id.

    Raises:
        OutputError: The journal cannot be opened.
        SettingsError: `limit` is less than 1.
        ArgumentError: An argument has the wrong type, such as a text instead of a number.

    Example:
        >>> import certbulk as cb
        >>> list(cb.runs().columns[:9])
        ['run', 'started', 'file', 'service', 'chain_id', 'kind', 'state', 'finished', 'rows']
        >>> len(cb.runs(limit=5, service="practice", chain=706028)) <= 5
        True
    """
    takes = Arguments("certbulk.runs")
    check_state_dir(takes, state_dir)
    takes.whole_number("limit", limit, optional=True)
    takes.text("service", service, optional=True)
    takes.whole_number("chain", chain, optional=True)
    found = run_summaries(state_dir, limit=limit, service=service, chain=chain)
    head = (*_HEAD, *_SENDER) if isinstance(journal_home(state_dir), Shared) else _HEAD
    columns = {name: [run.get(name) for run in found] for name in (*head, *_COUNTS)}
    return typed_frame(columns, dtypes={**DTYPES, **dict.fromkeys(("rows", *_COUNTS), NUMBER)})


def run_summaries(
    state_dir: StateDir = None,
    *,
    limit: int | None = None,
    service: str | None = None,
    chain: int | None = None,
) -> list[dict[str, Any]]:
    """Return the runs as JSON-ready values, newest first: see `runs`.

    Each is what `Run.as_dict` returns, with all counts; a run that cannot be read has no outcomes.
    """
    if limit is not None and limit < 1:
        raise SettingsError("limit must be at least 1: it is the most runs to list.")
    with closing(Journal(journal_home(state_dir))) as journal:
        listed = _with_settled(journal.heads(), journal.settled())
        wanted = [
            head
            for head in listed
            if chain in (None, head["chain_id"])
            and service in (None, service_name(head["base_url"]), head["base_url"])
        ]
        return [_summary_of(journal, head) for head in wanted[:limit]]


def _with_settled(
    runs: list[dict[str, Any]], settled: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return runs, newest first, with the decisions by hand in between at their time."""
    by_number = {head["run"]: head for head in runs}
    listed = list(runs)
    for one in settled:
        if head := by_number.get(one["run"]):
            at = {"kind": "settle", "started": one["at"], "finished": one["at"], "row": one["row"]}
            later = sum(1 for other in listed if other["started"] > one["at"])
            listed.insert(later, {**head, **at})
    return listed


def recent_runs(
    service: str, chain_id: int, *, most: int = 5, state_dir: StateDir = None
) -> list[dict[str, Any]]:
    """Return the newest runs of a chain, newest first, without reading their plans and rows.

    Each has run, plan_id, started, finished, state, reason, source (the file's name), kind and
    service. This is quick, whatever the number and length of the runs.

    Raises:
        OutputError: The journal cannot be opened.
    """
    with closing(Journal(journal_home(state_dir))) as journal:
        found = journal.runs_of(service, chain_id, most)
        at_it = journal.holder(service, chain_id)
        if any(run["state"] == "running" and run["run"] != at_it for run in found):
            found = journal.runs_of(service, chain_id, most)  # see _ended_or_not
            at_it = journal.holder(service, chain_id)
    for run in found:
        run["service"] = service_name(service)
        if run["state"] == "running" and run["run"] != at_it:
            run["state"] = "interrupted"
    return found


def run_to_resume(
    service: str, chain_id: int, *, sha256: str | None = None, state_dir: StateDir = None
) -> str | None:
    """Return the newest run of a chain that a resume can continue; None if there is none.

    It has rows that were not sent, or rows with an unknown outcome that no resume has checked.

    Args:
        service: The service that the run is bound to.
        chain_id: The chain.
        sha256: The hash of a file, to find runs of this file only.
        state_dir: The folder of the journal, or a `Journal`; by default that of the settings.

    Raises:
        OutputError: The journal cannot be opened.
    """
    with closing(Journal(journal_home(state_dir))) as journal:
        return journal.to_resume(service, chain_id, sha256)


def _summary_of(journal: Journal, head: dict[str, Any]) -> dict[str, Any]:
    """Return what `Run.as_dict` does, of a decision by hand with its row alone."""
    sender = {name: head[name] for name in _SENDER if journal.is_shared}
    known = {
        "run": head["run"],
        "kind": head["kind"],
        "service": service_name(head["base_url"]),
        "chain_id": head["chain_id"],
        "file": head["source"],
        "started": head["started"],
        "finished": head["finished"] or "",
        **sender,
    }
    nothing = dict.fromkeys(_COUNTS, 0)
    try:
        run = run_of(journal, head["run"])
    except PlanError:  # made by another version of certbulk, or damaged; the other runs are shown
        state = {"state": "unreadable", "reason": "", "rows": 0}
        return {**known, **state, **nothing, "outcomes": []}
    document = run.as_dict()
    if head["kind"] != "settle":
        return {**nothing, **document, **sender}
    rows = [one for one in document["outcomes"] if one["row"] == head["row"]]
    statuses = Counter(one["status"] for one in rows)
    state = {"state": "finished", "reason": "", "rows": len(rows)}
    return {**known, **state, **nothing, **statuses, "outcomes": rows}


def attach(
    run: Run | str,
    state_dir: StateDir = None,
    *,
    follow: bool = False,
    progress: bool = True,
) -> Run:
    """Return a run with its outcomes so far, as the journal has them, also from another process.

    A row without an outcome is `unknown` if its request may have left, else `not_sent`.

    Args:
        run: The run, or its number.
        state_dir: The folder of the journal, or a `Journal`; by default that of the settings.
        follow: Whether to wait until the run has ended, in whatever process it is. Ctrl-C ends the
            wait, not the run.
        progress: Whether to show a progress bar while it waits.

    Raises:
        NoSuchRunError: The journal has no such run.
        OutputError: The journal cannot be opened.
        ArgumentError: An argument has the wrong type, such as a plan instead of a run.

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
    number = takes.run("run", run, Run)
    check_state_dir(takes, state_dir)
    takes.flags(follow=follow, progress=progress)
    with closing(Journal(journal_home(state_dir))) as journal:
        found = run_of(journal, number)
        if follow and found.state == "running":
            following.follow(found, journal, progress=progress)
            found = run_of(journal, number)
        return replace(found, exchanges=exchanges_of(number, journal))


def doing_now(run: Run, state_dir: StateDir = None) -> str:
    """Return what a run is doing, in words; empty if it is not running or this is not known."""
    plan = run.plan
    if run.state != "running":
        return ""
    seen = phase_of(local_folder(state_dir), plan.base_url, plan.chain_id, run.id)
    return seen.at(time()).doing if seen else ""


def stop(run: Run | str, state_dir: StateDir = None, *, force: bool = False) -> str:
    """Ask a run, in whatever process it is, to stop at the next row. It can be resumed.

    Args:
        run: The run, or its number.
        state_dir: The folder of the journal, or a `Journal`; by default that of the settings.
        force: With a shared journal, whether to end the session that holds the chain for the run as
            well, for one that hangs. It can send nothing more then, and its chain is free.

    Returns:
        The run's state when it was asked; `running` if a session was ended. Only a `running` one
        will stop; the others have ended.

    Raises:
        NoSuchRunError: The journal has no such run.
        OutputError: The journal cannot be written.
        SettingsError: `force` needs a shared journal.
        ArgumentError: An argument has the wrong type, such as a plan instead of a run.

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
    number = takes.run("run", run, Run)
    check_state_dir(takes, state_dir)
    takes.flags(force=force)
    with closing(Journal(journal_home(state_dir))) as journal:
        if force and journal.is_shared and journal.end_session(number):
            journal.ask_to_stop(number)
            return "running"  # whatever the journal says: it may hang before it is written there
        _, state = _ended_or_not(journal, number)
        journal.ask_to_stop(number)
        if force and state == "running":
            journal.end_session(number)
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
        approved=record.approved,
    )


def _ended_or_not(journal: Journal, number: str) -> tuple[RunRecord, str]:
    """Return a run's record and its state.

    A run records its end before it releases its chain. One that does not hold its chain may
    have ended since it was read; it was interrupted if a second read still says running.
    """
    record = journal.run(number)
    if record.state == "running" and not _at_it(journal, record):
        record = journal.run(number)
        if record.state == "running" and not _at_it(journal, record):
            return record, "interrupted"
    return record, record.state


def _at_it(journal: Journal, record: RunRecord) -> bool:
    return journal.holder(record.base_url, record.chain_id) == record.run
