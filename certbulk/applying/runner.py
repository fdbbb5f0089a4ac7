"""`apply`: send a plan, batch by batch, and end every row with a true outcome."""

from __future__ import annotations

import secrets
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from certbulk.applying.journal import Journal
from certbulk.applying.outcome import Outcome, Status
from certbulk.applying.progress import progress_bar
from certbulk.applying.run import Run
from certbulk.applying.sender import Sender
from certbulk.errors import OutputError, PlanError
from certbulk.planning import Action
from certbulk.planning.document import document_of
from certbulk.planning.plan import AFTER_FIRST_CREATE
from certbulk.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from certbulk.api import Client
    from certbulk.applying.progress import Bar
    from certbulk.planning import Plan, RowDecision

__all__ = ["apply"]

_IN_FLIGHT = 16
"""Requests under way at once: enough that answers of four seconds do not lower the pace."""

_SETTLED = {
    Action.UNCHANGED: Status.UNCHANGED,
    Action.BLOCKED: Status.BLOCKED,
    Action.INVALID: Status.INVALID,
    Action.SKIP: Status.SKIPPED,
}


def apply(
    plan: Plan,
    client: Client,
    *,
    batch_size: int = 50,
    all_or_nothing: bool = False,
    state_dir: str | Path | None = None,
    progress: bool = True,
    stop: threading.Event | None = None,
) -> Run:
    """Carry out a plan: send its creates and updates at the client's pace.

    The first create goes alone. Every attempt is written into the journal before it leaves, every
    outcome before the next batch. A refused token, licence or right stops the run, and so does
    Ctrl-C: what is in flight is finished, the rest ends as `not_sent`.

    Args:
        plan: What `plan` returned, for the same chain and service as the client.
        client: The chain.
        batch_size: Rows between two looks at whether to go on.
        all_or_nothing: Send nothing if any row is invalid or blocked.
        state_dir: The folder of the journal; by default that of the settings.
        progress: Whether to show a progress bar.
        stop: When it is set, the run stops at the next row.

    Returns:
        A `Run` with one outcome per row of the sheet.

    Raises:
        PlanError: The plan is for another chain or service.
        OutputError: The journal cannot be written; nothing is sent without it.

    Example:
        >>> import certbulk as cb
        >>> report = cb.validate(cb.read("sample_data/certificate_types.xlsx"))
        >>> with cb.Sandbox() as client:
        ...     run = cb.apply(cb.plan(report, client), client, progress=False)
        >>> run.state
        'finished'
    """
    if (plan.chain_id, plan.base_url) != (client.chain_id, client.base_url):
        raise PlanError(
            f"The plan is for chain {plan.chain_id} at {plan.base_url}, the client for chain "
            f"{client.chain_id} at {client.base_url}. Make a new plan."
        )
    if batch_size < 1:
        raise PlanError("batch_size must be at least 1.")
    folder = Path(state_dir) if state_dir is not None else Settings.load().state_dir
    journal = Journal(folder)
    try:
        return _Run(plan, client, journal, stop or threading.Event()).carry_out(
            batch_size, all_or_nothing=all_or_nothing, progress=progress
        )
    finally:
        journal.close()


class _Run:
    """A run under way."""

    def __init__(self, plan: Plan, client: Client, journal: Journal, stop: threading.Event) -> None:
        self.plan = plan
        self.journal = journal
        self.started = _now()
        self.id = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
        self.sender = Sender(self.id, plan, client, journal, stop)
        self.outcomes: dict[int, Outcome] = {}

    def carry_out(self, batch_size: int, *, all_or_nothing: bool, progress: bool) -> Run:
        writes = self._settle_what_is_not_sent(all_or_nothing=all_or_nothing)
        sheet = self.plan.report.sheet
        self.journal.begin(
            {
                "run": self.id,
                "started": self.started,
                "source": sheet.source,
                "sha256": sheet.sha256,
                "base_url": self.plan.base_url,
                "chain_id": self.plan.chain_id,
            },
            document_of(self.plan),
        )
        with (
            progress_bar(len(writes), shown=progress) as bar,
            ThreadPoolExecutor(_IN_FLIGHT, thread_name_prefix="certbulk") as pool,
        ):
            try:
                self._send_all(writes, batch_size, pool, bar)
            except KeyboardInterrupt:
                self.sender.stop_for("interrupted")
        # The pool is empty now: what was in flight has been finished and has its outcome.
        self.outcomes.update(self.sender.outcomes)
        return self._ended()

    def _settle_what_is_not_sent(self, *, all_or_nothing: bool) -> list[RowDecision]:
        """Give every row that will not be sent its outcome; return those that will."""
        bad = sum(d.action in (Action.INVALID, Action.BLOCKED) for d in self.plan.decisions)
        held = all_or_nothing and bad
        writes = []
        for decision in self.plan.decisions:
            status = _SETTLED.get(decision.action)
            message = decision.message
            if status is None and held:
                status = Status.NOT_SENT
                message = f"Nothing was sent: {bad} rows are invalid or blocked (all or nothing)."
            if status is None:
                writes.append(decision)
                continue
            self.outcomes[decision.row] = Outcome(
                decision.row, status, decision.id, decision.code, message, at=self.started
            )
        return writes

    def _send_all(
        self,
        writes: Sequence[RowDecision],
        batch_size: int,
        pool: ThreadPoolExecutor,
        bar: Bar,
    ) -> None:
        """Send in batches; creates go one at a time until the first has been carried out."""
        start = 0
        while start < len(writes) and not self.sender.stopping:
            alone = not self.sender.has_created
            end = _end_of_batch(writes, start, batch_size, alone=alone)
            for future in as_completed(
                [pool.submit(self.sender.send, decision) for decision in writes[start:end]]
            ):
                future.result()
                bar.update()
            if alone and self.sender.has_created and end < len(writes):
                self.sender.rest(AFTER_FIRST_CREATE)
            start = end

    def _ended(self) -> Run:
        reason = self.sender.reason
        for decision in self.plan.decisions:
            if decision.row not in self.outcomes:
                self.outcomes[decision.row] = Outcome(
                    decision.row,
                    Status.NOT_SENT,
                    decision.id,
                    message=f"Not sent: the run stopped before ({reason}).",
                    at=_now(),
                )
        state, finished = ("stopped" if self.sender.stopping else "finished"), _now()
        with suppress(OutputError):  # the reason of the stop already, if it comes to that
            self.journal.finish(self.id, state, reason, finished)
        ordered = tuple(self.outcomes[decision.row] for decision in self.plan.decisions)
        return Run(self.id, self.plan, ordered, state, reason, self.started, finished)


def _end_of_batch(writes: Sequence[RowDecision], start: int, size: int, *, alone: bool) -> int:
    """Return where the batch from `start` ends; with `alone`, a create is a batch of its own.

    On the first create of a chain the service makes a product category; a second create at the
    same moment might make another.
    """
    end = min(start + size, len(writes))
    if not alone:
        return end
    creates = (i for i in range(start, end) if writes[i].action is Action.CREATE)
    return max(next(creates, end), start + 1)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
