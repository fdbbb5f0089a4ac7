"""The two engines that jobs can be handed to: this process, and Dask.

Both take a plain function and a job, and give a future. A job may be run twice, or be lost with its
worker: what is handed to them can bear that.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Protocol, Self
from urllib.parse import urlsplit

from certbulk.errors import SettingsError
from certbulk.fleets.worker import this_process

if TYPE_CHECKING:
    from collections.abc import Callable

    from certbulk.arguments import Arguments
    from certbulk.fleets.job import Job, JobResult

    Work = Callable[[Job], JobResult]
    Workers = int | str | None
    """None for this process, a number of processes on this machine, or a scheduler's address."""

__all__ = ["Engine", "Future", "Here", "checked_workers", "engine_for"]

_SCHEMES = ("tcp", "tls", "ws", "wss", "ucx", "inproc")
_WORKERS = (
    "Give a number of processes on this machine, or the address of a Dask scheduler, such as "
    "tcp://10.0.0.5:8786."
)


class Future(Protocol):
    """What an engine gives for a job."""

    def done(self) -> bool:
        """Whether it has ended."""

    def result(self) -> JobResult:
        """Return the result, or raise what the function raised."""


class Engine(Protocol):
    """Carries out functions."""

    @property
    def room(self) -> int:
        """The number of jobs that it can carry out at once."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...

    def hand_out(self, work: Work, job: Job) -> Future:
        """Begin a job."""

    def process_of(self, job: Job) -> str:
        """Return the process that carries out a job now, as `PlanCarriedOut.who` names it."""

    def lost(self, work: Work, job: Job, error: BaseException) -> Future | JobResult:
        """Return what becomes of a job whose future raised an error that is not certbulk's."""


def checked_workers(takes: Arguments, workers: Workers) -> Workers:
    """Return the number of workers, or the address of a scheduler, or None.

    Raises:
        ArgumentError: It is something else.
        SettingsError: It is an impossible number or address.
    """
    takes.noun("workers", workers, (int, str), _WORKERS, optional=True)
    if workers is None:
        return None
    if isinstance(workers, str) and workers.isdecimal():
        workers = int(workers)
    if isinstance(workers, int):
        if isinstance(workers, bool) or workers < 1:
            raise SettingsError(f"workers must be at least 1, or None for this process. {_WORKERS}")
        return workers
    parts = urlsplit(workers)
    if parts.scheme not in _SCHEMES or not parts.netloc:
        raise SettingsError(f'workers cannot be "{workers:.60}". {_WORKERS}')
    return workers


def engine_for(workers: Workers, state_dir: str | None) -> Engine:
    """Return the engine, to enter.

    Raises:
        SettingsError: Dask is not installed.
    """
    from certbulk.fleets.dask_engine import Dask  # noqa: PLC0415 (it imports from here)

    return Here() if workers is None else Dask(workers, state_dir)


class Here:
    """One job after the other, in a thread of this process, so that Ctrl-C ends all of it."""

    room = 1

    def __enter__(self) -> Self:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="certbulk-fleet")
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown()

    def process_of(self, job: Job) -> str:
        """Return this process."""
        del job
        return this_process()

    def hand_out(self, work: Work, job: Job) -> Future:
        """Begin a job."""
        return self._pool.submit(work, job)

    def lost(self, work: Work, job: Job, error: BaseException) -> Future | JobResult:
        """Raise the error: it is a bug."""
        del work, job
        raise error
