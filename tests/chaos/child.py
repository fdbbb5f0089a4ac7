"""What runs in the process that dies or freezes: an apply, a resume or an undo."""

import json
import os
import signal
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import certbulk as cb
from certbulk.api.http import Http
from certbulk.applying.journal.writing import Journal
from certbulk.applying.sending.freshness import Freshness
from certbulk.errors import CertbulkError

POINTS = (
    "before intent",
    "after intent",
    "before request",
    "after request",
    "before outcome",
    "after outcome",
    "before look",
    "after look",
    "before remark",
    "after remark",
)
"""Moments to die or freeze at. "before request" lies between the last check and the bytes."""

FASTER = 40.0
"""So many seconds of a run pass in a second: rests of a minute take a second and a half."""

STALENESS = 30.0
"""Seconds that a look may be old, by the run's clock."""

_WRITES = {"POST", "PUT", "DELETE"}


@dataclass(frozen=True)
class Job:
    """One process: where it sends what, and when it dies or freezes.

    `point` and `count` name the moment: the `count`-th time that the process gets to `point`, it
    sends itself `sign`. Without a point it lives, unless its parent strikes it from outside.
    """

    url: str
    chain_id: int
    tokens: tuple[str, str]
    folder: Path
    file: Path
    run: str | None
    undoes: bool
    point: str | None
    count: int
    sign: signal.Signals


class FastClock:
    """The machine's clock, some times as fast; it goes on while the process is frozen."""

    def now(self) -> float:
        """Return the seconds of the monotonic clock, made faster."""
        return time.monotonic() * FASTER

    def elapsed(self) -> float:
        """Return seconds that go on while the machine sleeps."""
        return time.monotonic() * FASTER

    def wait(self, seconds: float, stop: threading.Event | None = None) -> None:
        """Wait, the shorter for the speed."""
        if stop is None:
            time.sleep(seconds / FASTER)
        else:
            stop.wait(seconds / FASTER)


def work(job: Job) -> None:
    """Apply the job's file, resume its run, or undo it. Exit code 3: the service failed it."""
    _note_checks(job.folder / "checks.jsonl")
    if job.point:
        strike_at(job.point, job.count, job.sign)
    options: dict[str, Any] = {
        "state_dir": job.folder,
        "progress": False,
        "settle_pause": 2.0,
        "staleness": STALENESS,
        "most_failures": 1000,
        "canary": 0,
    }
    with cb.Client(
        job.url,
        job.chain_id,
        *job.tokens,
        per_second=1000,
        per_minute=60_000,
        timeout=(2.0, 3.0),
        clock=FastClock(),
        share_pace=False,
    ) as client:
        try:
            if job.run is None:
                plan = cb.plan(cb.validate(cb.read(job.file)), client)
                cb.apply(plan, client, **options)
            elif job.undoes:
                cb.apply(cb.undo(job.run, client, state_dir=job.folder), client, **options)
            else:
                cb.resume(job.run, client, **options)
        except CertbulkError as error:
            sys.stderr.write(f"{error}\n")
            sys.exit(3)


def _note_checks(path: Path) -> None:
    """Write down for each write when its last check was, and when its bytes left."""
    here = threading.local()
    left, attempt = Freshness.left, Http.attempt
    log = os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY)

    def checked(self: Freshness) -> None:
        here.checked, here.bound = time.time(), self.bound / FASTER
        left(self)

    def leaving(self: Http, method: str, path: str, *args: Any, **kwargs: Any) -> Any:
        if method in _WRITES:
            body = args[1] if len(args) > 1 else None
            entry = {
                "method": method,
                "path": path,
                "title": body["title"] if body else "",
                "checked": here.checked,
                "bound": here.bound,
                "left": time.time(),
            }
            os.write(log, json.dumps(entry).encode() + b"\n")
        return attempt(self, method, path, *args, **kwargs)

    Freshness.left = checked  # type: ignore[method-assign]
    Http.attempt = leaving  # type: ignore[method-assign]


def strike_at(point: str, count: int, sign: signal.Signals) -> None:
    """Send this process a signal when it gets to the point for the count-th time."""
    lock, left = threading.Lock(), [count]

    def reached() -> None:
        with lock:
            left[0] -= 1
            due = left[0] == 0
        if due:
            # To this thread: a signal to the process may reach another one first, and this one
            # would go on for a moment.
            signal.pthread_kill(threading.get_ident(), sign)

    when, _, what = point.partition(" ")
    owner: Any
    owner, name = {
        "intent": (Journal, "intend"),
        "request": (Http, "attempt"),
        "outcome": (Journal, "settle"),
        "look": (Freshness, "refresh"),
        "remark": (Journal, "remark_all"),
    }[what]
    original = getattr(owner, name)

    def struck(self: Any, *args: Any, **kwargs: Any) -> Any:
        counts = name != "attempt" or args[0] in _WRITES
        if counts and when == "before":
            reached()
        value = original(self, *args, **kwargs)
        if counts and when == "after":
            reached()
        return value

    setattr(owner, name, struck)
