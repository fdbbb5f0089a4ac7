"""What a worker does that sends nothing: plans, comparisons, exports.

These are plain functions, like `carry_out`, whose values can go through any engine.
"""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from certbulk.applying import attach
from certbulk.applying.history import recent_runs
from certbulk.auditing import drift
from certbulk.core.results.result_codes import asks_to_back_off
from certbulk.errors import CertbulkError, NoSuchRunError
from certbulk.fleets.held import details_of, why_held
from certbulk.fleets.job import Job, JobResult
from certbulk.fleets.worker import client_of, failed, this_worker
from certbulk.making import export
from certbulk.planning import plan as make
from certbulk.planning.approval import approval_key, content_digest
from certbulk.planning.saving.document import document_of
from certbulk.shared.home import journal_home
from certbulk.validating import validate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from certbulk.api import Client
    from certbulk.api.loop import Exchange
    from certbulk.auditing import Drift
    from certbulk.validating import Report

__all__ = ["OF_PLANS", "check_drift", "make_export", "make_plan"]

OF_PLANS = ("match", "allow_duplicate_titles", "issued", "successor_title", "price_jump")
"""The options of a job that are those of `plan`."""


def make_plan(job: Job) -> JobResult:
    """Make the plan of a job: planned, unchanged, or left out because it needs a person.

    Args:
        job: A job with its sheet.
    """
    try:
        options = {name: value for name, value in job.options.items() if name in OF_PLANS}
        with _watched(job) as (client, limited):
            plan = make(_report(job), client, progress=False, **options)
        why = why_held(plan, only_valid=job.options.get("only_valid", False))
        state = "left_out" if why else "planned" if plan.writes else "unchanged"
        return JobResult(
            job.chain,
            state,
            why,
            rows=len(plan.decisions),
            counts={action: number for action, number in plan.counts.items() if number},
            limited=len(limited),
            ok=not why,
            reached=True,
            details=details_of(plan),
            approval=(approval_key(plan), content_digest(plan)) if plan.needs_approval else (),
            plan=document_of(plan),
            **this_worker(journal_home(job.state_dir)),
        )
    except CertbulkError as error:
        return failed(job, error)


@contextmanager
def _watched(job: Job) -> Iterator[tuple[Client, list[Exchange]]]:
    """Give a client, and the requests so far that the service has answered with 429."""
    limited: list[Exchange] = []

    def watch(exchange: Exchange) -> None:
        if asks_to_back_off(exchange.status):
            limited.append(exchange)

    with client_of(job) as client, client.watched(watch):
        yield client, limited


def _report(job: Job) -> Report:
    if job.sheet is None:
        raise RuntimeError("The sheet of the job was not read.")
    return validate(job.sheet, time_zone=job.options.get("time_zone"), progress=False)


def check_drift(job: Job) -> JobResult:
    """Compare a chain with the sheet of a job; without one, with the newest run of the chain."""
    try:
        with _watched(job) as (client, limited):
            found = drift(_report(job) if job.sheet else _newest_run(job, client), client)
        counts = {**found.counts, "not compared": len(found.not_compared)}
        return JobResult(
            job.chain,
            "same" if found.ok else "drifted",
            "" if found.ok else f"{found.of}: {found.in_words.removeprefix('none; ')}.",
            rows=found.compared,
            counts={kind: number for kind, number in counts.items() if number},
            limited=len(limited),
            ok=found.ok,
            reached=True,
            details=tuple(_differences(found)),
            **this_worker(journal_home(job.state_dir)),
        )
    except CertbulkError as error:
        return failed(job, error)


def _newest_run(job: Job, client: Client) -> Any:
    newest = recent_runs(client.service, job.chain, most=1, state_dir=job.state_dir)
    if not newest:
        raise NoSuchRunError(
            f"Chain {job.chain} has no run to compare with. Name a file in its line of the table."
        )
    return attach(newest[0]["run"], job.state_dir, progress=False)


def _differences(found: Drift) -> Iterator[Mapping[str, Any]]:
    names = ("row", "id", "title", "status", "code", "message")
    for one in found.as_dict()["outcomes"]:
        changes = (f"{name}: {old} → {new}" for name, (old, new) in one["changes"].items())
        yield {**{name: one[name] for name in names}, "value": "; ".join(changes)}


def make_export(job: Job) -> JobResult:
    """Write what is live in a chain as a workbook, and return its content."""
    try:
        with _watched(job) as (client, limited), tempfile.TemporaryDirectory() as folder:
            zone = job.options.get("time_zone")
            content = export(Path(folder) / "live.xlsx", client, time_zone=zone).read_bytes()
        home = journal_home(job.state_dir)
        return JobResult(
            job.chain,
            "exported",
            ok=True,
            reached=True,
            content=content,
            limited=len(limited),
            **this_worker(home),
        )
    except CertbulkError as error:
        return failed(job, error)
