"""The course of a fleet: jobs go out, results come in, and Ctrl-C ends in order."""

from __future__ import annotations

import signal
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from certbulk.errors import CertbulkError
from certbulk.fleets.job import Job, JobResult
from certbulk.fleets.outages import Outages
from certbulk.fleets.worker import failed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType

    from certbulk.fleets.engines import Engine, Future, Work

__all__ = ["Course", "Interrupt"]

_EVERY = 0.05
_LOOKS_EVERY = 1.0
_NOT_BEGUN = "Stopped on request before it began."


class Interrupt:
    """Notes Ctrl-C, and SIGTERM at the command line, while a fleet goes on; raises it at the end.

    Attributes:
        struck: Whether there was one.
    """

    def __init__(self) -> None:
        self.struck = False
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            usual = signal.getsignal(signal.SIGINT)
            if callable(usual):
                numbers = [
                    n for n in (signal.SIGINT, signal.SIGTERM) if signal.getsignal(n) is usual
                ]
                for number in numbers:
                    self._before[number] = signal.signal(number, self._strike)
        return self

    def _strike(self, *_: object) -> None:
        self.struck = True

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        if error is None and self.struck:
            raise KeyboardInterrupt("The fleet was stopped on request.")


@dataclass
class Course:
    """The jobs of one call, and what is known of each.

    Args:
        engine: What carries them out.
        work: The function for each of them.
        struck: Whether somebody asked to stop.
        stop: Asks the runs of jobs that are carried out to stop.
        look: Is told now and then which jobs are carried out.
        goes_on: Whether somebody else still carries out a job.
        outages: The services that chains before could not reach.
        pause: Waits some seconds.
        now: Returns the time in seconds.
    """

    engine: Engine
    work: Work
    struck: Callable[[], bool]
    stop: Callable[[Sequence[Job]], None] = lambda _: None
    look: Callable[[Sequence[Job]], None] = lambda _: None
    goes_on: Callable[[Job], bool] = lambda _: False
    outages: Outages = field(default_factory=Outages)
    pause: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.monotonic
    _going: list[tuple[Job, Future]] = field(default_factory=list)
    _elsewhere: list[tuple[Job, JobResult]] = field(default_factory=list)

    def run(self, jobs: Sequence[Job], ended: Callable[[Job, JobResult], None]) -> None:
        """Carry out jobs; `ended` is called with each when it has ended."""
        waiting = deque(jobs)
        looked = float("-inf")
        while waiting or self._going or self._elsewhere:
            if self.struck():
                while self._elsewhere:
                    ended(*self._elsewhere.pop())
                while waiting:
                    job = waiting.popleft()
                    ended(job, JobResult(job.chain, "stopped", _NOT_BEGUN))
            while waiting and len(self._going) < self.engine.room:
                job = waiting.popleft()
                if not_tried := self.outages.instead_of(job):
                    ended(job, not_tried)
                else:
                    self._going.append((job, self.engine.hand_out(self.work, job)))
            if not self._take(ended):
                if self.now() - looked >= _LOOKS_EVERY:
                    looked = self.now()
                    going = [job for job, _ in self._going]
                    if self.struck():
                        self.stop(going)
                    self.look(going)
                    waiting += self._no_longer_elsewhere()
                self.pause(_EVERY)

    def _take(self, ended: Callable[[Job, JobResult], None]) -> bool:
        """Take the results that are there, and return whether there were any."""
        before, self._going = self._going, []
        took = False
        for job, future in before:
            if not future.done():
                self._going.append((job, future))
                continue
            took = True
            result = self._result(job, future)
            if isinstance(result, JobResult) and result.state == "running":
                self._elsewhere.append((job, result))
            elif isinstance(result, JobResult):
                self.outages.note(job, result)
                ended(job, result)
            else:
                self._going.append((job, result))
        return took

    def _no_longer_elsewhere(self) -> list[Job]:
        """Return the jobs that somebody else carried out and no longer does."""
        before, self._elsewhere = self._elsewhere, []
        free = []
        for job, result in before:
            if self.goes_on(job):
                self._elsewhere.append((job, result))
            else:
                free.append(job)
        return free

    def _result(self, job: Job, future: Future) -> Future | JobResult:
        try:
            return future.result()
        except CertbulkError as error:
            return failed(job, error)
        except Exception as error:  # noqa: BLE001 (of the engine; the engine knows what becomes of it)
            return self.engine.lost(self.work, job, error)
