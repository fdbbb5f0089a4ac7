"""The course of a run: send rows, settle lost answers, verify, and complete the outcomes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

from certbulk.applying.outcome import Status, now
from certbulk.applying.phases import SENDING, Phase, phase_told
from certbulk.applying.run import Run
from certbulk.applying.sending.batches import IN_FLIGHT, Batches
from certbulk.applying.sending.canary import canary_trouble
from certbulk.applying.sending.freshness import Freshness
from certbulk.applying.sending.ledger import Ledger
from certbulk.applying.sending.lost_answers import Settling
from certbulk.applying.sending.not_sent import not_sent, why_refused
from certbulk.applying.sending.progress import progress_bar, say
from certbulk.applying.sending.send_row import RowSender
from certbulk.applying.sending.verify import Witness
from certbulk.core.cleaning import clean
from certbulk.core.counting import counted
from certbulk.errors import OutputError, ServiceError
from certbulk.logs import LOG

if TYPE_CHECKING:
    import threading
    from collections.abc import Mapping, Sequence

    from certbulk.applying.interrupts import Interrupts
    from certbulk.applying.outcome import Outcome
    from certbulk.applying.sending.options import Job
    from certbulk.applying.sending.progress import Bar
    from certbulk.planning import RowDecision

__all__ = ["RunLoop"]

_ROUNDS = 3
"""How often rows are sent again and settled at the end of a run, at most."""

_MOMENT = 0.5
"""Seconds between two updates of the progress bar in a pause."""

_VERIFYING = Phase("verifying")


class RunLoop:
    """Carries out the rest of a plan.

    Args:
        job: The run.
        stop: The run stops at the next row once this is set.
        attempts: The number of requests that have left per row, if the run is resumed.
        outcomes: The outcomes that rows have already.
        interrupts: Takes Ctrl-C.
    """

    def __init__(
        self,
        job: Job,
        *,
        stop: threading.Event,
        attempts: Mapping[int, int],
        outcomes: Mapping[int, Outcome],
        interrupts: Interrupts,
    ) -> None:
        self._job = job
        self._run = job.run
        self._plan = job.plan
        self._client = job.client
        self._journal = job.journal
        self._options = job.options
        self._bar: Bar | None = None
        self._doing = SENDING
        self._goes_on_at = 0.0
        self._is_over = False
        self._no_answer = False
        self._interrupts = interrupts
        self._looked_for: set[int] = set()
        self._ledger = Ledger(job, stop=stop, attempts=attempts, outcomes=outcomes)
        self._freshness = Freshness(
            job.plan, job.client, self._ledger.own_ids, job.options.staleness
        )
        self._row_sender = RowSender(job, self._ledger, self._freshness)
        self._settling = Settling(job, self._row_sender, self._ledger, pause=self._pause)
        to_the_end = partial(self._pause, to_the_end=True)
        self._witness = Witness(job, self._row_sender, self._ledger, pause=to_the_end)

    def carry_out(
        self,
        waiting: Sequence[RowDecision],
        doubtful: Sequence[RowDecision],
        *,
        started: str,
        progress: bool,
    ) -> Run:
        """Settle the `doubtful` rows, send the `waiting` ones, and return all outcomes."""
        LOG.info(
            "Run %s begins: %s of %s to chain %s at %s.",
            self._run,
            counted(len(waiting) + len(doubtful), "row"),
            clean(self._plan.report.sheet.source),
            self._plan.chain_id,
            self._plan.base_url,
        )
        self._ledger.log(list(self._ledger.outcomes.values()))
        self._interrupts.heard = False  # but while rows are sent, and while they are verified
        pool = ThreadPoolExecutor(
            IN_FLIGHT + 1, thread_name_prefix="certbulk"
        )  # rows, and a listing
        self._bar = progress_bar(
            len(waiting) + len(doubtful),
            shown=progress,
            counts=self._ledger.counts,
            per_second=self._client.pace.per_second,
            per_minute=self._client.pace.per_minute,
            phase=self._phase,
        )
        told = phase_told(
            self._journal.folder,
            self._plan.base_url,
            self._plan.chain_id,
            run=self._run,
            phase=self._phase,
        )
        with told, self._bar as bar:
            batches = self._batches(pool, bar)
            try:
                self._interrupts.heard = True
                if doubtful and self._options.settle:
                    again = self._settled(doubtful, fresh=False)
                    # Once for each: the verification sees what a request does that leaves now.
                    self._looked_for |= {decision.row for decision in again}
                    bar.update(len(doubtful) - len(again))
                    waiting = sorted([*waiting, *again], key=lambda decision: decision.row)
                self._doing = SENDING
                batches.send(self._after_canaries(waiting, batches))
                self._settle_what_is_unknown(batches, bar)
            except KeyboardInterrupt:
                self._interrupts.struck = True
            except ServiceError as error:  # the live types could not be read
                self._no_answer = True
                self._ledger.stop_for(str(error))
            except OutputError as error:  # the journal could not be read
                self._ledger.stop_for(str(error))
            finally:
                self._finish(pool, bar)
            self._verify(bar)
        # By now, everything that was in flight has its outcome.
        run = self._accounted(started)
        LOG.info("%s", clean(repr(run)))
        return run

    def _phase(self) -> Phase:
        """Return the phase of the run, with the time that the work after it will take."""
        estimate = self._plan.estimate
        rate = min(self._client.pace.per_second, self._client.pace.per_minute / 60)
        after = estimate.witness / rate if self._options.verify and not self._is_over else 0.0
        wait = max(0.0, self._goes_on_at - self._client.clock.now())
        if not wait and (rests := self._client.pace.resting):
            return Phase("resting", wait=rests, after=after)
        return self._doing._replace(wait=wait, after=after)

    def _pause(self, doing: Phase, *, to_the_end: bool = False) -> bool:
        """Show what is being done, wait, and return whether the run still goes on.

        With `to_the_end`, a run that stops waits as well; only Ctrl-C ends that.
        """
        clock, stop = self._client.clock, None if to_the_end else self._ledger.stop
        self._doing = doing
        self._goes_on_at = clock.now() + self._options.settle_pause
        while (left := self._goes_on_at - clock.now()) > 0 and (to_the_end or not self._stopping()):
            self._show()
            clock.wait(min(left, _MOMENT), stop)
        self._goes_on_at = 0.0
        return to_the_end or not self._stopping()

    def _finish(self, pool: ThreadPoolExecutor, bar: Bar) -> None:
        """Wait for the requests in flight, even after a second Ctrl-C."""
        self._interrupts.heard = False
        if self._interrupts.struck:
            self._ledger.stop_for("interrupted")
            say(bar, "Stopping: certbulk finishes the requests in flight, then verifies them.")
        pool.shutdown(wait=True)
        self._row_sender.finish()

    def _batches(self, pool: ThreadPoolExecutor, bar: Bar) -> Batches:
        return Batches(
            self._job,
            self._row_sender,
            self._ledger,
            self._freshness,
            stopping=self._stopping,
            pool=pool,
            bar=bar,
        )

    def _stopping(self) -> bool:
        """Whether the run should stop, perhaps at the request of another process."""
        if self._interrupts.struck:  # asyncio's own handler does not raise at the first Ctrl-C
            self._ledger.stop_for("interrupted")
        try:
            if not self._ledger.stopping and self._journal.asked_to_stop(self._run):
                self._ledger.stop_for("stopped on request")
        except OutputError as error:  # nothing can be recorded any more
            self._ledger.stop_for(str(error))
        self._show()
        return self._ledger.stopping

    def _show(self) -> None:
        """Update the progress bar."""
        if self._bar is not None:
            self._bar.update(0)

    def _after_canaries(
        self, waiting: Sequence[RowDecision], batches: Batches
    ) -> Sequence[RowDecision]:
        """Send the first rows one by one, read them back, and return those that may follow."""
        canaries: list[RowDecision] = []
        count = self._options.canaries(len(waiting))
        tried = 0
        while len(canaries) < count and tried < len(waiting) and not self._stopping():
            first = waiting[tried : tried + 1]
            batches.send(first)
            outcome = self._ledger.outcomes.get(first[0].row)
            if outcome is not None and outcome.attempts:  # not one that was held back
                canaries += first
            tried += 1
        if canaries and not self._ledger.stopping:
            trouble = canary_trouble(
                canaries,
                self._ledger.outcomes,
                self._client,
                self._plan.report.sheet.row_name,
            )
            if trouble:
                self._ledger.stop_for(trouble)
        return waiting[tried:]

    def _settled(self, doubtful: Sequence[RowDecision], *, fresh: bool) -> list[RowDecision]:
        """Settle rows once; return those that may leave again."""
        again = self._settling.settle(doubtful, fresh=fresh)
        if not self._ledger.stopping:
            self._looked_for |= {d.row for d in doubtful} - {d.row for d in again}
        return again

    def _settle_what_is_unknown(self, batches: Batches, bar: Bar) -> None:
        """Settle rows whose answer was lost, and send again those that were not carried out."""
        if not self._options.settle:
            return
        for _ in range(_ROUNDS):
            unknown = [
                decision
                for decision in self._plan.decisions
                if (outcome := self._ledger.outcomes.get(decision.row)) is not None
                and outcome.status is Status.UNKNOWN
                and decision.row not in self._looked_for
            ]
            again = [] if self._stopping() else self._settled(unknown, fresh=True)
            if not again:
                break
            LOG.warning("Run %s sends %s again.", self._run, counted(len(again), "row"))
            bar.total = (bar.total or 0) + len(again)
            self._doing = Phase("sending_again", len(again))
            batches.send(again)

    def _verify(self, bar: Bar) -> None:
        """Compare what was sent with what is live; a second Ctrl-C ends this."""
        self._interrupts.heard = True
        try:
            if self._options.verify and not self._no_answer:
                self._doing = _VERIFYING
                bar.update(0)
                if self._row_sender.may_land_late and not self._ledger.stopping:
                    self._pause(_VERIFYING)
                self._witness.verify()
        except KeyboardInterrupt:
            self._interrupts.struck = True
            self._ledger.stop_for("interrupted")
        except (ServiceError, OutputError) as error:
            say(bar, f"What was sent could not be verified: {error}")
            LOG.warning("Run %s: what was sent could not be verified: %s", self._run, clean(error))
        self._interrupts.heard = False
        self._is_over = True
        self._witness.pass_by()

    def _accounted(self, started: str) -> Run:
        """Give each row that has no outcome one, end the run in the journal, and return it."""
        reason, finished = self._ledger.reason, now()
        state = "stopped" if reason else "finished"
        if refused := why_refused(self._plan, all_or_nothing=self._options.all_or_nothing):
            state, reason = "refused", refused
        outcomes = dict(self._ledger.outcomes)
        for decision in self._plan.decisions:
            if decision.row not in outcomes:
                attempts = self._ledger.attempts(decision.row)
                outcomes[decision.row] = not_sent(decision, reason, finished, attempts)
        self._ledger.log([o for row, o in outcomes.items() if row not in self._ledger.outcomes])
        try:
            for outcome in outcomes.values():
                if outcome.status is Status.NOT_SENT and outcome.attempts:
                    # All its requests were refused for the moment, so the outcome is certain.
                    self._journal.settle(self._run, outcome, None)
            self._journal.finish(self._run, state, reason, finished)
        except OutputError as error:  # the journal does not have the end of the run
            if state == "finished":
                state, reason = "stopped", str(error)
        ordered = tuple(outcomes[decision.row] for decision in self._plan.decisions)
        return Run(
            self._run,
            self._plan,
            ordered,
            state,
            reason,
            started,
            finished,
            verifies=self._options.verify,
        )
