"""The engine that hands jobs to workers of Dask, on this machine or anywhere."""

from __future__ import annotations

import logging
import os
import signal
import socket
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from certbulk.core.counting import counted
from certbulk.errors import SettingsError
from certbulk.fleets.worker import failed, this_process
from certbulk.logs import LOG, quiet_libraries
from certbulk.shared.home import Journal, journal_home

if TYPE_CHECKING:
    from collections.abc import Callable

    from certbulk.fleets.job import Job, JobResult

    Work = Callable[[Job], JobResult]

__all__ = ["Dask", "ignore_ctrl_c"]

_SECONDS_TO_FIND = 15
_SECONDS_TO_ANSWER = 30
_MOST_TRIES = 10
"""How often a job is handed out whose workers die, before it fails."""


@dataclass(frozen=True)
class _Failed:
    """A job that could not be handed out."""

    error: Exception

    def done(self) -> bool:
        return True

    def result(self) -> JobResult:
        raise self.error


class Dask:
    """Workers of Dask: processes on this machine, or those of a scheduler anywhere.

    Processes on this machine speak TLS with a certificate of their own, made for the fleet: nobody
    else on the machine can hand them code. They open no dashboard.

    Args:
        workers: The number of processes, or the scheduler's address.
        state_dir: The folder of the journal; None for that of the settings.

    Raises:
        SettingsError: Dask is not installed.
    """

    def __init__(self, workers: int | str, state_dir: str | None) -> None:
        try:
            import distributed  # noqa: PLC0415 (an optional extra)

            self._dask: Any = distributed  # it has hardly any annotations
        except ImportError:
            raise SettingsError(
                "Workers need Dask, which is not installed. Install it: "
                "pip install 'certbulk[fleet]'. Without workers, a fleet runs in this process."
            ) from None
        self._workers = workers
        self._home = journal_home(state_dir)
        self._state_dir = state_dir
        self._cluster: Any = None
        self._client: Any = None
        self._tries: Counter[str] = Counter()
        self._handed_out = count()
        self._keys: dict[str, str] = {}
        self._log = logging.getLogger("distributed.client")  # tells of a scheduler that is gone
        self._level = self._log.level

    @property
    def room(self) -> int:
        """The threads of all workers that are there now; at least one, as they may come back."""
        if self._client.status != "running":
            return 1
        with suppress(OSError, ValueError):
            threads: list[int] = list(self._client.nthreads().values())
            return max(1, sum(threads))
        return 1

    def __enter__(self) -> Self:
        """Find the workers of an address, or start some on this machine, and check them."""
        self._log.setLevel(logging.CRITICAL)
        address = self._workers if isinstance(self._workers, str) else None
        try:
            with quiet_libraries():
                if address is None:
                    self._cluster = self._local(int(self._workers))
                how = {} if address else {"security": self._cluster.security}
                self._client = self._dask.Client(
                    address or self._cluster.scheduler_address,
                    timeout=_SECONDS_TO_FIND,
                    set_as_default=False,
                    **how,
                )
                self._client.wait_for_workers(1, timeout=_SECONDS_TO_FIND)
        except OSError as error:  # that includes TimeoutError
            self.__exit__()
            where = f"at {address}" if address else "on this machine"
            raise SettingsError(
                f"No Dask scheduler with workers was found {where} ({type(error).__name__}). Check "
                "that it is running, and that it has workers."
            ) from None
        try:
            self._check_workers()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _local(self, number: int) -> Any:
        """Start workers on this machine: each carries out one job at a time, and shows no pages."""
        from dask import config  # noqa: PLC0415 (an optional extra)

        with config.set({"distributed.scheduler.http.routes": []}):
            return self._dask.LocalCluster(
                n_workers=number,
                threads_per_worker=1,
                processes=True,
                dashboard_address="127.0.0.1:0",
                worker_dashboard_address=None,
                silence_logs=logging.CRITICAL,
                security=True,
                preload=["certbulk.fleets.dask_engine"],
            )

    def _seats(self) -> list[_Seat]:
        """Return where the workers are that answer: one that hangs holds up nobody else.

        Raises:
            SettingsError: None answers, or one cannot use certbulk.
        """
        workers = list(self._client.nthreads())
        with ThreadPoolExecutor(len(workers) or 1) as pool:
            asked = [pool.submit(self._ask, worker, _seat, self._state_dir) for worker in workers]
        found, silent = [], 0
        for one in asked:
            try:
                found.append(one.result())
            except OSError:  # that includes TimeoutError
                silent += 1
            except Exception as error:  # noqa: BLE001 (whatever a worker of another make raises)
                raise SettingsError(
                    f"The workers cannot use certbulk ({type(error).__name__}: {error}). Install "
                    "this version of certbulk on each of them."
                ) from None
        if not found:
            raise SettingsError("None of the workers answers. Check them, and start them again.")
        if silent:
            LOG.warning("%s does not answer, and may hang.", counted(silent, "worker"))
        return found

    def _ask(self, worker: str, function: Callable[..., Any], *args: Any) -> Any:
        """Return what a function returns in a worker, beside the job that it carries out.

        Raises:
            TimeoutError: It does not answer.
        """
        ask = partial(self._client._run, function, *args, workers=[worker])  # noqa: SLF001 (`run` has no timeout)
        return self._client.sync(ask, callback_timeout=_SECONDS_TO_ANSWER)[worker]

    def _check_workers(self) -> None:
        """Check that the workers have this version of certbulk, and that they share a journal.

        Raises:
            SettingsError: They do not.
        """
        found = self._seats()
        here = _seat(self._state_dir)
        if other := {seat.version for seat in found} - {here.version}:
            raise SettingsError(
                f"The workers have version {', '.join(sorted(other))} of certbulk, and this is "
                f"{here.version}. Install the same version on each of them."
            )
        if len({(seat.journal, seat.host * (not seat.shared)) for seat in [here, *found]}) > 1:
            raise SettingsError(
                "The workers and this process have different journals. Workers on several machines "
                "need one that they share: set CERTBULK_JOURNAL_URL to the same database for all "
                "of them. Workers on one machine need the same CERTBULK_STATE_DIR."
            )

    def __exit__(self, *_: object) -> None:
        with quiet_libraries():
            for one in (self._client, self._cluster):
                if one is not None:
                    with suppress(OSError):
                        one.close()
        self._log.setLevel(self._level)

    def hand_out(self, work: Work, job: Job) -> Any:
        """Begin a job, each time with a key of its own.

        With a key that it still knows, Dask returns the earlier result again, such as that somebody
        else carries it out, and carries out nothing.
        """
        which = f"{os.getpid()}-{next(self._handed_out)}"
        name = f"{work.__name__}-{job.chain}-{job.plan_id or job.line}-{which}"
        self._keys[job.plan_id] = name
        try:
            with quiet_libraries():
                future = self._client.submit(work, job, key=name, pure=False)
        except Exception as error:  # noqa: BLE001 (the scheduler is gone: `lost` tells)
            return _Failed(error)
        return future

    def process_of(self, job: Job) -> str:
        """Return the process that carries out a job now; empty if none does, or it is silent.

        A worker may have been given the job and still be busy with that of another client.
        """
        key = self._keys.get(job.plan_id)
        with quiet_libraries(), suppress(OSError, ValueError):
            for worker, given in self._client.processing().items():
                if key in given:
                    process, keys = self._ask(worker, _at_work)
                    return str(process) if key in keys else ""
        return ""

    def lost(self, work: Work, job: Job, error: BaseException) -> Any:
        """Hand a job out again whose workers died; fail it if that happens too often."""
        key = job.plan_id
        self._tries[key] += 1
        if self._client.status != "running":
            return _gone(job, "The Dask scheduler is gone.")
        if isinstance(error, self._dask.KilledWorker) and self._tries[key] < _MOST_TRIES:
            return self.hand_out(work, job)
        if isinstance(error, self._dask.KilledWorker):
            return _gone(job, f"{counted(_MOST_TRIES, 'worker')} ended while they carried it out.")
        return _gone(job, f"A worker failed ({type(error).__name__}: {error}).")


def _gone(job: Job, why: str) -> JobResult:
    says = f"{why} Start the fleet again in the same way: what has begun is resumed."
    return failed(job, SettingsError(says))


class _Seat(NamedTuple):
    host: str
    version: str
    journal: str
    shared: bool


def _seat(state_dir: str | None) -> _Seat:
    """Return where a worker is, and which journal it has; no password is in its name."""
    home = journal_home(state_dir)
    shared = isinstance(home, Journal)
    name = home.name if isinstance(home, Journal) else str(home.absolute())
    return _Seat(socket.gethostname(), version("certbulk"), name, shared)


def _at_work(dask_worker: Any) -> tuple[str, list[str]]:
    """Return the process of a worker, and the keys that it works on in this moment."""
    return this_process(), [task.key for task in dask_worker.state.executing]


def ignore_ctrl_c(_: object = None) -> None:
    """Let a worker on this machine go on: Ctrl-C reaches all processes of a terminal."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


dask_setup = ignore_ctrl_c
"""Dask calls this in each worker that has this module as a preload."""
