"""The campaign: many runs, each killed at seeded moments and resumed until it is done."""

import multiprocessing
import random
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

import certbulk as cb
from certbulk.sandbox import Faults, Limits, Server
from tests.chaos.child import POINTS, Job, work

_MOST_ATTEMPTS = 12
_SECONDS = 60
_UPDATABLE = (288901, 288902, 288904, 288905, 288909)

_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(["tests.chaos.child", "certbulk.applying", "certbulk.reading"])


@dataclass
class Tally:
    """What came of a campaign."""

    runs: int = 0
    kills: int = 0
    resumes: int = 0
    faults: int = 0
    rows: int = 0
    lost: int = 0
    doubled: int = 0
    misattributed: int = 0
    untrue: int = 0
    unfinished: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    where: list[str] = field(default_factory=list)

    @property
    def broken(self) -> bool:
        """Whether the promise was broken anywhere."""
        return bool(self.lost + self.doubled + self.misattributed + self.untrue + self.unfinished)

    def __str__(self) -> str:
        counted = ", ".join(f"{n} {status}" for status, n in self.statuses.most_common())
        broken = "".join(f"\n  {line}" for line in self.where)
        return (
            f"{self.runs} runs, {self.kills} kills, {self.resumes} resumes, {self.faults} faults, "
            f"{self.rows} rows: {self.lost} lost, {self.doubled} doubled, "
            f"{self.misattributed} misattributed, {self.untrue} with an untrue outcome, "
            f"{self.unfinished} runs unfinished\n{counted}{broken}"
        )


def run_campaign(runs: int, seed: int, say: Callable[[str], Any] = lambda _: None) -> Tally:
    """Run so many runs; the same seed gives the same workbooks, faults and moments to die at."""
    tally = Tally()
    for number in range(runs):
        dice = random.Random(f"{seed}/{number}")
        with tempfile.TemporaryDirectory() as folder:
            _one(dice, Path(folder), tally, f"seed {seed} run {number}")
        if number % 25 == 24:
            say(f"{tally}\n")
    return tally


def _one(dice: random.Random, folder: Path, tally: Tally, name: str) -> None:
    file = folder / "types.csv"
    rows = _rows(dice)
    pd.DataFrame(rows).to_csv(file, index=False)
    faults = Faults(
        lost_answer=dice.choice([0, 0.1]),
        closed=dice.choice([0, 0.05]),
        truncated=dice.choice([0, 0.05]),
        server_error=dice.choice([0, 0.05]),
        server_error_applied=dice.choice([0, 0.05]),
        late_answer=0,
        latency=dice.choice([0, 0.5]),
        latency_seconds=0.02,
        seed=dice.randrange(1 << 30),
    )
    limits = Limits(per_second=None, per_minute=None)
    with Server(faults=faults, limits=limits) as server:
        before = {record["id"]: record for record in server.types()}
        run = _carry_out(dice, folder, file, server, tally)
        tally.runs += 1
        tally.rows += len(rows)
        tally.faults += sum(request.fault is not None for request in server.requests)
        if run is None or run.state != "finished":
            tally.unfinished += 1
            tally.where.append(f"{name}: {run!r}")
            return
        _compare(run, rows, before, server, tally=tally, name=name)


def _rows(dice: random.Random) -> list[dict[str, Any]]:
    """Return rows with titles that stand once, some of them updates of live types."""
    base = {
        "is_multi": "yes",
        "item_type_id": 0,
        "is_allow_empty_code": "no",
        "balance_edit_type_id": 1,
        "salon_ids": "720441",
        "expiration_type_id": 0,
    }
    rows: list[dict[str, Any]] = [
        {"id": "", "title": f"Chaos {dice.randrange(1 << 40):x}", "balance": 10 + i, **base}
        for i in range(dice.randint(2, 14))
    ]
    for number in dice.sample(_UPDATABLE, dice.randint(0, 4)):
        title = f"Changed {dice.randrange(1 << 40):x}"
        rows.append({"id": number, "title": title, "balance": 77, **base})
    dice.shuffle(rows)
    return rows


def _carry_out(
    dice: random.Random, folder: Path, file: Path, server: Server, tally: Tally
) -> cb.Run | None:
    """Apply and resume, each time killed or not, until the run is finished or patience ends."""
    state = folder / "state"
    tokens = (server.partner_token, server.user_token)
    for attempt in range(_MOST_ATTEMPTS):
        if attempt == _MOST_ATTEMPTS - 3:
            server.faults = Faults()  # storms end; the last resumes meet fair weather
        known = cb.runs(state)["run"].tolist() if (state / "journal.sqlite").exists() else []
        mortal = attempt < _MOST_ATTEMPTS - 3 and dice.random() < 0.7
        point = dice.choice([*POINTS, None]) if mortal else None
        job = Job(
            server.url,
            server.chain_id,
            tokens,
            state,
            file,
            known[0] if known else None,
            point,
            dice.randint(1, 8),
        )
        process = _processes.Process(target=work, args=(job,))
        process.start()
        if mortal and point is None:
            process.join(dice.uniform(0.02, 0.6))
            process.kill()
        process.join(_SECONDS)
        if process.is_alive():
            process.kill()
            process.join()
        tally.kills += process.exitcode == -9
        tally.resumes += bool(known)
        if (state / "journal.sqlite").exists() and len(runs := cb.runs(state)["run"]):
            run = cb.attach(runs[0], state)
            unknown = any(outcome.status == "unknown" for outcome in run.outcomes)
            if run.state == "finished" and not unknown:
                return run
    return run if known else None


def _compare(
    run: cb.Run,
    rows: list[dict[str, Any]],
    before: dict[int, dict[str, Any]],
    server: Server,
    *,
    tally: Tally,
    name: str,
) -> None:
    """Hold what the run says of each row against what the server has."""
    live = {record["id"]: record for record in server.types()}
    titles = Counter(record["title"] for record in live.values())
    tally.statuses.update(str(outcome.status) for outcome in run.outcomes)

    def broken(kind: str, row: int) -> None:
        setattr(tally, kind, getattr(tally, kind) + 1)
        tally.where.append(f"{name} row {row}: {kind}: {run.outcomes[row - 2]}")

    for outcome, row in zip(run.outcomes, rows, strict=True):
        there = titles[row["title"]]
        record = live.get(outcome.id or 0)
        if there > 1:
            broken("doubled", outcome.row)
        elif outcome.status in ("created", "updated", "unchanged"):
            if record is None or there == 0:
                broken("lost", outcome.row)
            elif record["title"] != row["title"] or (row["id"] and row["id"] != outcome.id):
                broken("misattributed", outcome.row)
            elif record["balance"] != row["balance"]:
                broken("untrue", outcome.row)
        elif outcome.status in ("failed", "blocked", "not_sent") and there:
            broken("untrue", outcome.row)
    strangers = live.keys() - before.keys() - {outcome.id for outcome in run.outcomes}
    if strangers:
        tally.doubled += len(strangers)
        tally.where.append(f"{name}: types that no row stands for: {sorted(strangers)}")
