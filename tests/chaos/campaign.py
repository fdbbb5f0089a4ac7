"""The campaign: many runs, each struck at seeded moments and resumed until it is done."""

import multiprocessing
import os
import random
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import repeat
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import pandas as pd
import psutil

import certbulk as cb
from certbulk.sandbox import Limits, Server
from tests.chaos.child import FASTER, POINTS, STALENESS, Job, work
from tests.chaos.colleague import meddle
from tests.chaos.judge import NOTED, Scene, checks_in, judged
from tests.chaos.sheet import rows_of, strangers_of
from tests.chaos.tally import Tally
from tests.chaos.weather import Weather, cleared, weather

__all__ = ["in_order", "run_campaign"]

_MOST_STORMS = 5
_MOST_ATTEMPTS = 9
_SECONDS = 180  # a Retry-After of five minutes, six times over, takes 45 of them
_POLL = 0.01
_FROZEN = (0.1, 1.3 * STALENESS / FASTER, 1.3 * STALENESS / FASTER)
_FAILED_BY_THE_SERVICE = 3

_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(["tests.chaos.child", "certbulk.applying", "certbulk.reading"])


def run_campaign(
    runs: int, seed: int, *, jobs: int = 1, say: Callable[[str], Any] = lambda _: None
) -> Tally:
    """Run so many runs; the same seed gives the same workbooks, weather and moments to strike.

    Args:
        runs: How many.
        seed: The seed.
        jobs: How many at once, in as many processes.
        say: Is told from time to time how far it is.
    """
    tally = Tally()
    with in_order(jobs) as mapped:
        for number, one in enumerate(mapped(_run, repeat(seed), range(runs)), 1):
            tally.add(one)
            if one.broken or number % 25 == 0:
                say(f"{number}: {one if one.broken else tally.row()}\n")
    return tally


@contextmanager
def in_order(jobs: int) -> Iterator[Callable[..., Iterator[Tally]]]:
    """Give `map`, or the same with so many processes at once."""
    if jobs == 1:
        yield map
        return
    # Spawned, so that each has a fork server of its own.
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn")) as pool:
        yield pool.map


def _run(seed: int, number: int) -> Tally:
    """Return what came of one run."""
    memory = Path("/dev/shm")  # noqa: S108 (each run has a folder of its own there)
    folder = memory if memory.is_dir() else None
    with tempfile.TemporaryDirectory(dir=folder) as state:
        return _Run(random.Random(f"{seed}/{number}"), Path(state)).told(f"{seed}/{number}")


@dataclass(frozen=True)
class _Strike:
    """A signal, and the moment at which it is sent; at some moment from outside without a point."""

    sign: signal.Signals
    point: str | None
    count: int
    after: float


class _Run:
    """One run: a sheet, a server, and what befalls the processes that send."""

    def __init__(self, dice: random.Random, folder: Path) -> None:
        self.dice = dice
        self.folder = folder
        self.tally = Tally()
        self.excused: frozenset[int | None] = frozenset()
        self.rows = rows_of(dice)
        self.strangers = strangers_of(dice, self.rows)
        self.storm = weather(dice)
        self.undoes = dice.random() < 0.4
        self.freezes = dice.choice([0.0, 0.3, 0.6])
        self.kills = dice.choice([0.0, 0.3, 0.4])
        self.file = folder / "types.csv"
        pd.DataFrame(self.rows).to_csv(self.file, index=False)

    def told(self, name: str) -> Tally:
        """Send, undo perhaps, and return what came of it."""
        counts = self.tally.counts
        counts.update(runs=1, rows=len(self.rows))
        with Server(limits=Limits(per_second=None, per_minute=None)) as server:
            for record in self.strangers:
                server.add(record)
            self.set(server, self.storm)
            run = self.carried_out(server, None)
            self.judge(server, run, 0, name)
            if run is not None and self.undoes and not self.storm.lies.static:
                counts["undos"] += 1
                began = len(server.history)
                self.set(server, self.storm if self.dice.random() < 0.5 else cleared(self.storm))
                undone = self.carried_out(server, run.id)
                self.judge(server, undone, began, f"{name} undo")
            requests = server.requests
            counts["faults"] += sum(seen.fault is not None for seen in requests)
            counts["lies"] += sum(len(seen.lies) for seen in requests)
        return self.tally

    @staticmethod
    def set(server: Server, found: Weather) -> None:
        """Let the weather be so."""
        server.faults, server.lies, server.quirks = found.faults, found.lies, found.quirks

    # --- sending

    def carried_out(self, server: Server, undoes: str | None) -> cb.Run | None:
        """Apply, or undo a run, and resume until it is finished or patience ends."""
        run: cb.Run | None = None
        for attempt in range(_MOST_ATTEMPTS):
            is_fair = attempt >= _MOST_STORMS
            if attempt == _MOST_STORMS:
                self.set(server, cleared(self.storm))
            self.tally.counts["resumes"] += run is not None
            strike = None if is_fair else self.strike()
            self.process(server, undoes, run, strike)
            run = self.newest(undoes) or run
            if run is not None and run.state == "finished":
                unknown = any(outcome.status == "unknown" for outcome in run.outcomes)
                if is_fair or not unknown:
                    return run
        return run

    def strike(self) -> _Strike | None:
        """Return what befalls the next process."""
        dice, roll = self.dice, self.dice.random()
        if roll > self.kills + self.freezes:
            return None
        sign = signal.SIGKILL if roll < self.kills else signal.SIGSTOP
        point = dice.choice([*POINTS, None])
        seldom = point is not None and point.endswith(("look", "remark"))
        return _Strike(sign, point, dice.randint(1, 2 if seldom else 8), dice.uniform(0.02, 0.6))

    def newest(self, undoes: str | None) -> cb.Run | None:
        """Return the run as the journal has it; None if there is none yet."""
        if not (self.folder / "journal.sqlite").exists():
            return None
        for number, kind in cb.runs(self.folder)[["run", "kind"]].itertuples(index=False):
            if (kind == "undo") == (undoes is not None):
                return cb.attach(number, self.folder)
        return None

    def process(
        self, server: Server, undoes: str | None, run: cb.Run | None, strike: _Strike | None
    ) -> None:
        """Let one process send, and strike it."""
        inside = strike if strike and strike.point else None
        job = Job(
            server.url,
            server.chain_id,
            (server.partner_token, server.user_token),
            self.folder,
            self.file,
            run.id if run else undoes,
            run is None and undoes is not None,
            inside.point if inside else None,
            inside.count if inside else 0,
            inside.sign if inside else signal.SIGKILL,
        )
        process = _processes.Process(target=work, args=(job,))
        process.start()
        if strike and not strike.point:
            process.join(strike.after)
            if process.pid and process.is_alive():
                os.kill(process.pid, strike.sign)
        self.wait(process, server)
        code = process.exitcode
        self.tally.counts["kills"] += code == -signal.SIGKILL
        if code not in (0, -signal.SIGKILL, _FAILED_BY_THE_SERVICE):
            self.tally.counts["crashed"] += 1
            self.tally.where.append(f"a process ended with {code}")

    def wait(self, process: ForkServerProcess, server: Server) -> None:
        """Wait for the end; meddle with the types while the process is frozen."""
        until = time.monotonic() + _SECONDS
        while process.is_alive() and time.monotonic() < until:
            process.join(_POLL)
            if process.pid and _is_frozen(process.pid):
                self.tally.counts["suspends"] += 1
                meddle(self.dice, server, self.rows)
                time.sleep(self.dice.choice(_FROZEN))
                os.kill(process.pid, signal.SIGCONT)
                process.join(_POLL)
        if process.is_alive():
            self.tally.counts["crashed"] += 1
            self.tally.where.append(f"a process did not end in {_SECONDS} s")
            process.kill()
            process.join()

    # --- judging

    def judge(self, server: Server, run: cb.Run | None, began: int, name: str) -> None:
        """Count what the judge finds of a run."""
        while server.landing:
            time.sleep(_POLL)
        tally = self.tally
        if run is None or run.state != "finished":
            # A service that repeats itself stops every run.
            tally.counts["unfinished"] += not self.storm.lies.static
            tally.where += [] if self.storm.lies.static else [f"{name}: unfinished: {run!r}"]
        if run is None:
            return
        tally.statuses.update(str(outcome.status) for outcome in run.outcomes)
        scene = Scene(
            run=run,
            live={record["id"]: record for record in server.types()},
            history=server.history,
            requests={seen.number: seen for seen in server.requests},
            began=began,
            checks=checks_in(self.folder / "checks.jsonl"),
            is_hazy=self.storm.is_hazy,
            excused=self.excused,
        )
        for finding in judged(scene):
            if finding.kind == "window" and finding.row:
                self.excused |= {
                    outcome.id for outcome in run.outcomes if outcome.row == finding.row
                }
            tally.counts[finding.kind] += 1
            told = tally.noted if finding.kind in NOTED else tally.where
            told.append(f"{name} row {finding.row}: {finding.kind}: {finding.what}")


def _is_frozen(pid: int) -> bool:
    with suppress(psutil.NoSuchProcess):
        return bool(psutil.Process(pid).status() == psutil.STATUS_STOPPED)
    return False
