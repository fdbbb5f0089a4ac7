"""Carrying out a plan whose arguments are checked: the way of `apply` and of a rehearsal."""

from __future__ import annotations

import secrets
from contextlib import closing
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from certbulk.applying.history import attach
from certbulk.applying.interrupts import Interrupts
from certbulk.applying.journal.chain_lock import Claim
from certbulk.applying.journal.traffic import exchanges_of, journalled
from certbulk.applying.journal.writing import Journal, RunRecord, who_sends
from certbulk.applying.outcome import now
from certbulk.applying.sending.not_sent import outcomes_without_sending
from certbulk.applying.sending.options import Job, Options
from certbulk.applying.sending.run_loop import RunLoop
from certbulk.applying.sending.stopping import RunStop
from certbulk.planning.approval import approval_key, content_digest
from certbulk.planning.saving.document import document_of

if TYPE_CHECKING:
    import threading
    from pathlib import Path

    from certbulk.api import Client
    from certbulk.applying.run import Run
    from certbulk.planning import Plan
    from certbulk.shared.home import Journal as Shared

__all__ = ["carry_out"]


def carry_out(
    plan: Plan,
    client: Client,
    options: Options,
    *,
    home: Path | Shared,
    progress: bool,
    stop: threading.Event | None = None,
    wait: bool = False,
) -> Run:
    """Begin a run of a plan, send its rows, and return the run: see `apply`.

    If the plan needs the approval of another person, the run begins with that or not at all. This
    is the only way to begin one, whatever the face.

    Args:
        plan: The plan, judged by the policy in force.
        client: A client for its chain.
        options: The options of the run.
        home: Where the journal is.
        progress: Whether to show a progress bar.
        stop: The run stops at the next row once this is set.
        wait: Whether to wait while another run sends to the chain.

    Raises:
        PlanError: The plan was carried out before, or nobody else has approved it.
        SettingsError: It needs an approval, and the journal is not shared.
        ChainBusyError: Another run is sending to the chain, and `wait` is false.
        OutputError: The journal cannot be written.
        KeyboardInterrupt: Ctrl-C ended the run, which is its attribute `run`.
    """
    started = now()
    run = _new_number()
    sheet = plan.report.sheet
    record = RunRecord(
        run,
        started,
        None,
        "running",
        "",
        sheet.source,
        sheet.sha256,
        plan.base_url,
        plan.chain_id,
        asdict(options),
        document_of(plan),
        kind="apply" if plan.undoes is None else "undo",
        who=who_sends(),
    )
    needs = (approval_key(plan), content_digest(plan)) if plan.needs_approval else None
    claim = Claim(plan.base_url, plan.chain_id, run, started, wait, stop, options.settle_pause)
    interrupts = Interrupts(lambda: attach(run, home))
    with (
        interrupts,
        closing(Journal(home)) as journal,
        journal.one_run(claim),
    ):
        approved = journal.begin(record, needs=needs)
        outcomes, waiting = outcomes_without_sending(
            plan, at=started, all_or_nothing=options.all_or_nothing
        )
        job = Job(run, plan, client, journal, options)
        run_loop = RunLoop(
            job, stop=RunStop(stop), attempts={}, outcomes=outcomes, interrupts=interrupts
        )
        with journalled(run, client, journal):
            done = run_loop.carry_out(waiting, [], started=started, progress=progress)
        done = replace(done, exchanges=exchanges_of(run, journal), approved=approved)
        interrupts.run = done
    return done


def _new_number() -> str:
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
