"""The processes of a fleet: Dask's scheduler and workers, and whoever starts the fleet.

Each ends only by itself or by a signal, and writes what it has to say to the log of its fleet.
"""

import asyncio
import json
import logging
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

import dask

import certbulk as cb
from certbulk.errors import CertbulkError
from tests.chaos.child import strike_at

__all__ = ["FAILED", "Setting", "Strike", "begin_scheduler", "begin_sender", "begin_worker"]

FAILED = 3
"""The exit code of a sender that certbulk told why it cannot go on."""

_QUIET = {
    "distributed.worker.profile.enabled": False,
    "distributed.admin.tick.interval": "500ms",
    "distributed.admin.system-monitor.interval": "10s",
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
}
"""What Dask does that nobody looks at here, and that costs time."""

_processes = multiprocessing.get_context("forkserver")
_spawned = multiprocessing.get_context("spawn")

FAKE_TIME = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
"""What gives a process a clock of its own, if it is installed."""


class Strike(NamedTuple):
    """The moment at which a worker kills itself: the so-many-th time it gets to a point."""

    point: str
    number: int


@dataclass(frozen=True)
class Setting:
    """What the processes of a fleet have in common.

    Attributes:
        environment: The settings.
        folder: The folder of the fleet.
        port: The port of the scheduler.
        patience: Seconds after which the scheduler gives the jobs of a silent worker to others.
        one_address: Whether all lanes have the same address.
        clocks: Seconds by which the clock of every other worker is ahead.
    """

    environment: Mapping[str, str]
    folder: Path
    port: int
    patience: int = 300
    one_address: bool = False
    clocks: int = 0

    @property
    def scheduler(self) -> str:
        """The scheduler's address."""
        return f"tcp://127.0.0.1:{self.port}"


def begin_scheduler(setting: Setting) -> ForkServerProcess:
    """Start the scheduler."""
    return _begin(_be_scheduler, setting)


def begin_worker(
    setting: Setting, lane: int, strike: Strike | None, *, is_ahead: bool = False
) -> BaseProcess:
    """Start a worker of a lane, which has an address of its own, perhaps with a wrong clock."""
    if not (is_ahead and setting.clocks):
        return _begin(_be_worker, setting, lane, strike)
    if not FAKE_TIME:
        raise RuntimeError("libfaketime is not installed (Debian: faketime)")
    process = _spawned.Process(target=_in, args=(_be_worker, setting, lane, strike))
    ahead = {"FAKETIME": f"+{setting.clocks}s", "DONT_FAKE_MONOTONIC": "1"}
    with patch.dict(os.environ, {"LD_PRELOAD": str(FAKE_TIME[0]), **ahead}):
        process.start()
    return process


def begin_sender(
    setting: Setting, lines: Sequence[Mapping[str, Any]], told: Path
) -> ForkServerProcess:
    """Start somebody who begins the fleet, or continues it, and writes down how it stands."""
    return _begin(_be_sender, setting, lines, told)


def _begin(work: Any, setting: Setting, *others: Any) -> ForkServerProcess:
    # Here, as other tests may have set it since this was imported.
    _processes.set_forkserver_preload(
        ["tests.fleet.processes", "tests.chaos.child", "distributed", "certbulk.fleets.survey"]
    )
    process = _processes.Process(target=_in, args=(work, setting, *others))
    process.start()
    return process


def _in(work: Any, setting: Setting, *others: Any) -> None:
    """Do the work of a process with its settings; what it prints goes to the log."""
    log = os.open(setting.folder / "log", os.O_CREAT | os.O_APPEND | os.O_WRONLY)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.environ.update(setting.environment)
    os.chdir(setting.folder)
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    dask.config.set({**_QUIET, "distributed.scheduler.worker-ttl": f"{setting.patience}s"})
    sys.exit(work(setting, *others))


def _be_scheduler(setting: Setting) -> None:
    from distributed import Scheduler

    async def schedule() -> None:
        async with Scheduler(host="127.0.0.1", port=setting.port, dashboard=False) as scheduler:
            await scheduler.finished()

    asyncio.run(schedule())


def _be_worker(setting: Setting, lane: int, strike: Strike | None) -> None:
    from distributed import Worker

    os.environ["CERTBULK_LANE"] = f"lane {lane}"
    os.environ["CERTBULK_SOURCE_ADDRESS"] = f"127.0.0.{1 if setting.one_address else lane + 1}"
    if "FAKETIME" in os.environ:
        time.sleep = _sleep
    if strike:
        strike_at(strike.point, strike.number, signal.SIGKILL)

    async def carry_out() -> None:
        async with Worker(
            setting.scheduler,
            host="127.0.0.1",
            nthreads=1,
            local_directory=str(setting.folder),
            death_timeout=300,
            dashboard=False,
        ) as worker:
            await worker.finished()

    asyncio.run(carry_out())


def _sleep(seconds: Any) -> None:
    """Sleep: the clock_nanosleep of libfaketime fails if the monotonic clock stays as it is."""
    threading.Event().wait(seconds)


def _be_sender(setting: Setting, lines: Sequence[Mapping[str, Any]], told: Path) -> int:
    try:
        fleet = cb.fleet(lines, setting.scheduler, progress=False).apply()
    except CertbulkError as error:
        sys.stderr.write(f"{error}\n")
        return FAILED
    told.write_text(json.dumps(fleet.as_dict()), encoding="utf-8")
    return 0 if fleet.ok else 1
