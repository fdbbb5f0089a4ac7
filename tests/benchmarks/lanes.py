"""The pace that several workers reach in shared lanes, and what the journal costs a row.

It starts a PostgreSQL of its own and the sandbox, which limits each address that requests
come from. Every worker is a process that sends a run, from the address of its lane on loopback.

python -m tests.benchmarks.lanes --seconds 30
"""

from __future__ import annotations

import argparse
import math
import os
import re
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import certbulk as cb
from certbulk.applying.journal.chain_lock import Claim
from certbulk.applying.journal.writing import Journal, RunRecord
from certbulk.applying.outcome import Outcome, Status, now
from certbulk.sandbox import Faults
from tests.shared.postgres import Postgres, binaries

__all__ = ["main"]

PER_MINUTE = 180
TOO_MANY = 429
PLANS = ((1, 3), (1, 10), (3, 3), (3, 10))


def main() -> None:
    """Measure what the command line asks for, and print it."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.lanes")
    parser.add_argument("--seconds", type=float, default=30.0, help="of each measurement")
    parser.add_argument("--latency", type=float, default=2.0, help="seconds of an answer")
    parser.add_argument("--rows", type=int, default=300, help="rows that the journal is given")
    parser.add_argument("--send", type=int, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.send:
        _send(chosen.send)
    programs = binaries()
    if programs is None:
        parser.error("PostgreSQL is not installed (Debian: postgresql)")
    database = Postgres(programs)
    try:
        database.query("CREATE DATABASE lanes")
        url = database.url("lanes")
        for lanes, workers in PLANS:
            _print_pace(url, lanes, workers, chosen.seconds, chosen.latency)
        with tempfile.TemporaryDirectory() as folder:
            file = _a_row(Path(folder), chosen.rows)
        shared = _a_row(cb.Journal(url), chosen.rows)
    finally:
        database.close()
    between = 60 / PER_MINUTE
    for name, seconds in (("a file", file), ("PostgreSQL, without fsync", shared)):
        share = seconds / between
        print(f"{name}: {seconds * 1000:.1f} ms a row, {share:.1%} of the time between two rows")
    print(f"load at the end: {os.getloadavg()[0]:.1f}")


def _print_pace(url: str, lanes: int, workers: int, seconds: float, latency: float) -> None:
    """Let processes send runs to the sandbox, and count what arrives there.

    The time counts in which all of them send: from the last one's second row to the first one's
    last row. The first create of a run goes alone, and the lane waits for the answer if all of them
    begin at once.
    """
    all_of_them = lanes * workers
    rows = math.ceil(PER_MINUTE / 60 * seconds / workers) + 1
    slow = Faults(latency=1.0, latency_seconds=latency)
    server = cb.Sandbox(chains=all_of_them, faults=slow)
    with server, tempfile.TemporaryDirectory() as folder:
        common = {
            "CERTBULK_BASE_URL": server.url,
            "CERTBULK_PARTNER_TOKEN": server.partner_token,
            "CERTBULK_USER_TOKEN": server.user_token,
            "CERTBULK_JOURNAL_URL": url,
        }
        processes: list[Any] = []
        for number in range(all_of_them):
            lane = number % lanes
            of_its_own = {
                "CERTBULK_CHAIN_ID": str(706028 + 1_000_000 * number),
                "CERTBULK_STATE_DIR": f"{folder}/{number}",
                "CERTBULK_LANE": f"{lanes}x{workers} {lane}",
                "CERTBULK_SOURCE_ADDRESS": f"127.0.0.{lane + 1}",
            }
            words = [sys.executable, "-m", "tests.benchmarks.lanes", "--send", str(rows)]
            environment = os.environ | common | of_its_own
            piped: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
            processes.append(subprocess.Popen(words, env=environment, **piped))
        for process in processes:
            process.stdout.readline()  # it has its plan
        for process in processes:
            process.stdin.write(b"go\n")
            process.stdin.flush()
        if sum(process.wait() for process in processes):
            raise SystemExit("A worker failed.")
        seen = server.requests
    sent: dict[str, list[float]] = {}
    for one in seen:
        if one.method == "POST":
            sent.setdefault(re.findall(r"\d{6,}", one.path)[0], []).append(one.at)
    first = max(sorted(times)[1] for times in sent.values())
    last = min(max(times) for times in sent.values())
    counts = [sum(first <= at <= last for at in times) for times in sent.values()]
    for address in sorted({one.address for one in seen}):
        arrived = [one.at for one in seen if one.address == address and first <= one.at <= last]
        pace = (len(arrived) - 1) / (arrived[-1] - arrived[0])
        print(
            f"{lanes} lanes, {workers} workers in each, from {address}: "
            f"{pace * 60 / PER_MINUTE:.1%} of the pace in {last - first:.0f} s"
        )
    limited = sum(one.status == TOO_MANY for one in seen)
    print(f"  {min(counts)} to {max(counts)} rows a worker, {limited} answers with 429", flush=True)


def _send(rows: int) -> None:
    """Carry out a run of new types, as one of the workers."""
    new = {
        "balance": 50,
        "is_multi": True,
        "item_type_id": "All services and products",
        "is_allow_empty_code": False,
        "balance_edit_type_id": "Cannot be edited",
        "expiration_type_id": "none",
        "salon_ids": "all locations",
    }
    titles = [f"Gift {chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(rows)]
    with cb.Client.from_env() as client:
        plan = cb.plan([{"title": title, **new} for title in titles], client, progress=False)
        print("ready", flush=True)
        sys.stdin.readline()
        run = cb.apply(plan, client, progress=False, canary=0, verify=False)
    sys.exit(0 if run.counts["created"] == rows else 1)


def _a_row(home: Path | cb.Journal, rows: int) -> float:
    """Return the seconds in which a journal takes the intent and the outcome of a row."""
    head = ("run", now(), None, "running", "", "f.csv", "", "https://service", 1)
    with closing(Journal(home)) as journal:
        chain = journal.one_run(Claim("https://service", 1, "run", now()))
        with chain:
            journal.begin(RunRecord(*head, {}, {"id": "plan"}))
            began = time.perf_counter()
            for row in range(rows):
                journal.intend("run", row, now())
                ended: dict[str, Any] = {"status": Status.CREATED, "code": "", "message": ""}
                outcome = Outcome(row=row, id=row, attempts=1, at=now(), **ended)
                journal.settle("run", outcome, {"id": row, "title": "A gift"})
            return (time.perf_counter() - began) / rows


if __name__ == "__main__":
    main()
