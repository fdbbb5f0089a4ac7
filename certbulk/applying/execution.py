"""A run under way: what waits is sent in batches, what is doubtful is settled, all is accounted."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from certbulk.applying.canary import canary_trouble
from certbulk.applying.dispatch import IN_FLIGHT, Dispatch
from certbulk.applying.guard import Guard
from certbulk.applying.outcome import Status, moment, now
from certbulk.applying.progress import progress_bar, say
from certbulk.applying.run import Run
from certbulk.applying.sender import Sender
from certbulk.applying.settling import Settling
from certbulk.applying.unsent import not_sent
from certbulk.errors import OutputError, ServiceError

if TYPE_CHECKING:
    import threading
    from collections.abc import Mapping, Sequence

    from certbulk.api import Client
    from certbulk.applying.journal import Journal
    from certbulk.applying.options import Options
    from certbulk.applying.outcome import Outcome
    from certbulk.applying.progress import Bar
    from certbulk.planning import Plan, RowDecision

__all__ = ["Execution"]

_ROUNDS = 3
"""How often a row that was found not to have landed is sent again at most."""


class Execution:
    """Carries out what is left of a plan.

    Args:
        run: The run's number.
        plan: The plan.
        client: The chain.
        journal: Where intents and outcomes go.
        options: How it is carried out.
        stop: Set it and the run stops at the next row.
        attempts: How many requests have left for rows already, where the run goes on.
        outcomes: The outcomes that rows have already.
    """

    def __init__(
        self,
        run: str,
        plan: Plan,
        client: Client,
        journal: Journal,
        options: Options,
        *,
        stop: threading.Event,
        attempts: Mapping[int, int],
        outcomes: Mapping[int, Outcome],
    ) -> None:
        self._run = run
        self._bar: Bar | None = None
        self._plan = plan
        self._client = client
        self._journal = journal
        self._options = options
        self._sender = Sender(
            run,
            plan,
            client,
            journal,
            stop=stop,
            options=options,
            attempts=attempts,
            outcomes=outcomes,
        )
        self._settling = Settling(
            plan,
            client,
            self._sender,
            pause=options.settle_pause,
            others=lambda: journal.created_by_others(
                run, plan.base_url, plan.chain_id, since=moment(plan.made_at)
            ),
        )

    def carry_out(
        self,
        waiting: Sequence[RowDecision],
        doubtful: Sequence[RowDecision],
        *,
        started: str,
        progress: bool,
    ) -> Run:
        """Settle the `doubtful` rows, send the `waiting` ones, and account for every row."""
        pool = ThreadPoolExecutor(IN_FLIGHT + 1, thread_name_prefix="certbulk")  # rows, and a look
        self._bar = progress_bar(
            len(waiting) + len(doubtful),
            shown=progress,
            counts=self._sender.counts,
            per_second=self._client.pace.per_second,
            per_minute=self._client.pace.per_minute,
        )
        with self._bar as bar:
            dispatch = self._dispatch(pool, bar)
            try:
                if doubtful and self._options.settle:
                    again = self._settling.settle(doubtful)
                    bar.update(len(doubtful) - len(again))
                    waiting = sorted([*waiting, *again], key=lambda decision: decision.row)
                dispatch.send(self._after_canaries(waiting, dispatch))
                self._settle_what_is_unknown(dispatch, bar)
            except KeyboardInterrupt:
                self._sender.stop_for("interrupted")
                say(bar, "Stopping: requests in flight are finished, then the results follow.")
            except (ServiceError, OutputError) as error:  # what is live, or the journal, is away
                self._sender.stop_for(str(error))
            finally:
                self._finish(pool)
        # What was in flight has been finished and has its outcome.
        return self._accounted(started)

    def _finish(self, pool: ThreadPoolExecutor) -> None:
        """Wait for what is in flight; impatience does not make its outcomes known any sooner."""
        while True:
            try:
                pool.shutdown(wait=True)
                self._sender.finish()
            except KeyboardInterrupt:
                continue
            return

    def _dispatch(self, pool: ThreadPoolExecutor, bar: Bar) -> Dispatch:
        return Dispatch(
            self._sender,
            Guard(self._plan, self._client, self._sender, self._options.staleness),
            self._client,
            batch_size=self._options.batch_size,
            stopping=self._stopping,
            pool=pool,
            bar=bar,
        )

    def _stopping(self) -> bool:
        """Tell whether the run is to stop; somebody may have said so from another process."""
        if not self._sender.stopping and self._journal.asked_to_stop(self._run):
            self._sender.stop_for("a stop was asked for")
        if self._bar is not None:
            self._bar.update(0)
        return self._sender.stopping

    def _after_canaries(
        self, waiting: Sequence[RowDecision], dispatch: Dispatch
    ) -> Sequence[RowDecision]:
        """Send the first rows one by one, read them back, and return those that may follow."""
        canaries: list[RowDecision] = []
        count = self._options.canaries(len(waiting))
        tried = 0
        while len(canaries) < count and tried < len(waiting) and not self._stopping():
            first = waiting[tried : tried + 1]
            dispatch.send(first)
            outcome = self._sender.outcomes.get(first[0].row)
            if outcome is not None and outcome.attempts:  # not one that was kept back
                canaries += first
            tried += 1
        if canaries and not self._sender.stopping:
            trouble = canary_trouble(canaries, self._sender.outcomes, self._client)
            if trouble:
                self._sender.stop_for(trouble)
        return waiting[tried:]

    def _settle_what_is_unknown(self, dispatch: Dispatch, bar: Bar) -> None:
        """Look up what is unknown, send what has not landed, and see that nothing landed twice."""
        if not self._options.settle:
            return
        for _ in range(_ROUNDS):
            unknown = [
                decision
                for decision in self._plan.decisions
                if (outcome := self._sender.outcomes.get(decision.row)) is not None
                and outcome.status is Status.UNKNOWN
            ]
            again = [] if self._stopping() else self._settling.settle(unknown)
            if not again:
                break
            bar.total = (bar.total or 0) + len(again)
            dispatch.send(again)
        if not self._stopping():
            self._settling.look_for_doubles()

    def _state(self) -> str:
        return "stopped" if self._sender.reason else "finished"

    def _accounted(self, started: str) -> Run:
        finished = now()
        outcomes = dict(self._sender.outcomes)
        for decision in self._plan.decisions:
            if decision.row not in outcomes:
                attempts = self._sender.attempts(decision.row)
                reason = self._sender.reason
                outcomes[decision.row] = not_sent(decision, reason, finished, attempts)
        try:
            for outcome in outcomes.values():
                if outcome.status is Status.NOT_SENT and outcome.attempts:
                    # Its requests were all refused for the moment: it is not in doubt.
                    self._journal.settle(self._run, outcome, None)
            self._journal.finish(self._run, self._state(), self._sender.reason, finished)
        except OutputError as error:  # nobody will find the run as it ended: that is no good end
            self._sender.stop_for(str(error))
        state, reason = self._state(), self._sender.reason
        ordered = tuple(outcomes[decision.row] for decision in self._plan.decisions)
        return Run(self._run, self._plan, ordered, state, reason, started, finished)
