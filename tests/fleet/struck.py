"""One fleet: chains with rows, lanes and a database; it is struck, and begun again until done."""

import json
import random
import signal
import time
from dataclasses import replace
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import pandas as pd

import certbulk as cb
from certbulk.sandbox import Faults
from tests.chaos.judge import NOTED, Scene, judged
from tests.chaos.sheet import rows_of, strangers_of
from tests.chaos.weather import weather
from tests.fleet.blows import PAUSE, Blows
from tests.fleet.crew import Crew
from tests.fleet.processes import FAILED, Setting, begin_sender
from tests.fleet.tally import FleetTally, Shape
from tests.shared.postgres import Postgres, free_port

__all__ = ["StruckFleet"]

_MOST_STORMS = 6
_MOST_SENDERS = 14
_SECONDS = 900  # the machine may have much else to do
_POLL = 0.1
_OPTIONS = (
    f"settle_pause={PAUSE}; staleness={PAUSE}; canary=0; most_failures=1000; price_jump=1000000"
)
_APART = 1_000_000  # between the ids of two chains
_SLOW: dict[str, Any] = dict.fromkeys(
    ("late_landing", "rate_limited", "dripping_head", "dripping_body"), 0
)


class StruckFleet:
    """One fleet, and what befalls it.

    Args:
        dice: The dice.
        folder: A folder of its own.
        server: A PostgreSQL, in which it makes a database of its own.
        shape: The size.
        number: Its number in the campaign.
    """

    def __init__(
        self, dice: random.Random, folder: Path, server: Postgres, shape: Shape, number: int
    ) -> None:
        self._dice = dice
        self._folder = folder
        self._journal = f"fleet_{number}"
        self._url = server.url(self._journal)
        server.query(f"CREATE DATABASE {self._journal}")
        self._shape = shape
        self._tally = FleetTally()
        self._sandbox = cb.Sandbox(chains=shape.chains)
        self._rows = {chain: self._rows_of(chain) for chain in self._sandbox.chain_ids}
        self._faults = replace(weather(dice).faults, **_SLOW, retry_afters=())
        rows = sum(map(len, self._rows.values()))
        self._tally.counts.update(fleets=1, rows=rows)
        self._blows = Blows(
            dice,
            server,
            self._journal,
            self._tally.counts,
            rows=rows,
            kills=shape.share(shape.kills, number),
            cuts=shape.share(shape.cut_sessions, number),
            hang=shape.hang,
            full=shape.disk > 0,
        )

    def _rows_of(self, chain: int) -> list[dict[str, Any]]:
        """Return the rows of a chain: what is for the first one has other ids in the others."""
        apart = chain // _APART * _APART
        rows = rows_of(self._dice)
        for row in rows:
            row["id"] = row["id"] and row["id"] + apart
            row["salon_ids"] = str(int(row["salon_ids"]) + apart)
        return rows

    def told(self, name: str) -> FleetTally:
        """Send, and return what came of it."""
        tally = self._tally
        self._sandbox.start()
        try:
            for chain, rows in self._rows.items():
                for record in strangers_of(self._dice, rows):
                    self._sandbox.add(record, chain)
            self._sandbox.faults = self._faults
            shape = self._shape
            setting = Setting(
                self._environment(),
                self._folder,
                free_port(),
                patience=min(shape.hang // 2, 300) or 300,
                one_address=bool(shape.one_address),
                clocks=shape.clocks,
            )
            with Crew(setting, shape.workers, shape.lanes, self._blows.by_itself) as crew:
                last = self._carried_out(crew, setting)
                tally.counts["kills"] += crew.ended[-signal.SIGKILL]
            self._judge(name, last)
            self._count_requests()
        finally:
            self._sandbox.stop()
        tally.noted += [f"{name}:", *self._blows.story]
        if tally.broken:
            log = (self._folder / "log").read_text(errors="replace")
            tally.where += [*self._blows.story, log[-6000:]]
        return tally

    def _environment(self) -> dict[str, str]:
        return {
            "CERTBULK_BASE_URL": self._sandbox.url,
            "CERTBULK_PARTNER_TOKEN": self._sandbox.partner_token,
            "CERTBULK_USER_TOKEN": self._sandbox.user_token,
            "CERTBULK_JOURNAL_URL": self._url,
            "CERTBULK_STATE_DIR": str(self._folder / "state"),
            "CERTBULK_SETTINGS_DIR": str(self._folder / "settings"),
        }

    # --- sending

    def _carried_out(self, crew: Crew, setting: Setting) -> dict[str, Any] | None:
        """Begin the fleet until it is done; return what it says of itself then."""
        lines = self._written()
        for number in range(_MOST_SENDERS):
            if number == _MOST_STORMS:
                self._sandbox.faults = Faults()
            self._tally.counts["begun_again"] += number > 0
            says = self._begun(crew, setting, lines)
            self._blows.wait_for_room()
            if says and all(one["state"] == "finished" for one in says["chains"]):
                return says
        return None

    def _written(self) -> list[dict[str, Any]]:
        """Write the files of the chains, and return the jobs."""
        lines = []
        for chain, rows in self._rows.items():
            file = self._folder / f"{chain}.csv"
            pd.DataFrame(rows).to_csv(file, index=False)
            lines.append({"chain": chain, "file": str(file), "options": _OPTIONS})
        return lines

    def _begun(
        self, crew: Crew, setting: Setting, lines: list[dict[str, Any]]
    ) -> dict[str, Any] | None:
        """Begin the fleet, strike it, and return what it says at its end, if it can."""
        files = [self._folder / "first.json"]
        files[0].unlink(missing_ok=True)
        senders = [begin_sender(setting, lines, files[0])]

        def begin_another() -> None:
            senders.append(begin_sender(setting, lines, self._folder / "another.json"))

        until = time.monotonic() + _SECONDS
        while any(one.is_alive() for one in senders) and time.monotonic() < until:
            crew.mend()
            if senders[0].is_alive():
                writes = sum(seen.method != "GET" for seen in self._sandbox.requests)
                self._blows.fall(writes, crew, senders, begin_another)
            time.sleep(_POLL)
        for one in senders:
            self._check_end(one)
        says: dict[str, Any] | None = None
        if files[0].exists():
            says = json.loads(files[0].read_text(encoding="utf-8"))
            states = [f"{one['state']} {one['reason'] or ''}" for one in (says or {})["chains"]]
            self._blows.tell("; ".join(states))
        return says

    def _check_end(self, sender: ForkServerProcess) -> None:
        what = f"a sender ended with {sender.exitcode}"
        if sender.is_alive():
            what = f"a sender did not end in {_SECONDS} s"
            sender.kill()
            sender.join()
            self._tally.counts["crashed"] += 1
        elif sender.exitcode not in (0, 1, FAILED, -signal.SIGKILL):
            self._tally.counts["crashed"] += 1
        self._blows.tell(what)

    # --- judging

    def _judge(self, name: str, says: dict[str, Any] | None) -> None:
        """Count what the judge finds of each chain, and whether the fleet says the same."""
        tally, journal = self._tally, cb.Journal(self._url)
        tally.counts["told"] += bool(says and says["remarks"])
        known = cb.runs(journal)
        for chain in self._rows:
            numbers = known.loc[known["chain_id"] == chain, "run"].to_list()
            if says is None or len(numbers) != 1:
                tally.counts["unfinished"] += 1
                tally.where.append(f"{name} chain {chain}: not finished, runs {numbers}")
            for run in (cb.attach(number, journal, progress=False) for number in numbers):
                tally.statuses.update(str(outcome.status) for outcome in run.outcomes)
                self._compare(name, run, says)
                for finding in judged(self._scene(run)):
                    tally.counts[finding.kind] += 1
                    where = tally.noted if finding.kind in NOTED else tally.where
                    told = f"{name} chain {chain} row {finding.row}: {finding.kind}: {finding.what}"
                    where.append(told)

    def _compare(self, name: str, run: cb.Run, says: dict[str, Any] | None) -> None:
        """Count it as untrue if the fleet says something else than the journal."""
        counts = {status: number for status, number in run.counts.items() if number}
        for one in says["chains"] if says else ():
            if one["chain"] == run.plan.chain_id and (
                one["counts"] != counts or run.state != "finished"
            ):
                self._tally.counts["untrue"] += 1
                self._tally.where.append(f"{name}: {one} is said of {run!r}")

    def _scene(self, run: cb.Run) -> Scene:
        """Return what the judge needs of a chain: its part of the server's history."""
        chain = run.plan.chain_id
        own = [seen for seen in self._sandbox.requests if f"/chain/{chain}/" in seen.path]
        return Scene(
            run=run,
            live={record["id"]: record for record in self._sandbox.types(chain)},
            history=[change for change in self._sandbox.history if change.chain_id == chain],
            requests={seen.number: seen for seen in own},
            began=0,
            checks={},
            is_hazy=False,
        )

    def _count_requests(self) -> None:
        counts, requests = self._tally.counts, self._sandbox.requests
        counts["faults"] += sum(seen.fault is not None for seen in requests)
        counts["limited"] += sum(seen.status == 429 for seen in requests)
        for address in sorted({seen.address for seen in requests}):
            times = [seen.at for seen in requests if seen.address == address]
            if len(times) > 1:
                counts[address] += len(times) - 1
                counts[f"seconds of {address}"] += round(times[-1] - times[0])
