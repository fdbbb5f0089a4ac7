"""What runs in the process that is killed: an apply or a resume, with a moment to die at."""

import os
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import certbulk as cb
from certbulk.api.http import Http
from certbulk.applying.journal import Journal

POINTS = ("before intent", "after intent", "after request", "before outcome", "after outcome")


@dataclass(frozen=True)
class Job:
    """One process: where it sends what, and when it dies.

    `point` and `count` name the moment: the `count`-th time that the process gets to `point`.
    Without a point it lives, unless its parent kills it from outside.
    """

    url: str
    chain_id: int
    tokens: tuple[str, str]
    folder: Path
    file: Path
    run: str | None
    point: str | None
    count: int


def work(job: Job) -> None:
    """Apply the job's file, or resume its run."""
    if job.point:
        _die_at(job.point, job.count)
    options: dict[str, Any] = {
        "state_dir": job.folder,
        "progress": False,
        "settle_pause": 0.05,
        "most_failures": 1000,
    }
    with cb.Client(
        job.url,
        job.chain_id,
        *job.tokens,
        per_second=1000,
        per_minute=60_000,
        timeout=(2.0, 5.0),
        jitter=lambda: 0.02,
        share_pace=False,
    ) as client:
        if job.run is None:
            plan = cb.plan(cb.validate(cb.read(job.file)), client)
            cb.apply(plan, client, **options)
        else:
            cb.resume(job.run, client, **options)


def _die_at(point: str, count: int) -> None:
    """Kill this process, as kill -9 does, when it gets to the point for the count-th time."""
    left = [count]

    def reached() -> None:
        left[0] -= 1
        if left[0] <= 0:
            os.kill(os.getpid(), signal.SIGKILL)

    when, _, what = point.partition(" ")
    owner, name = {
        "intent": (Journal, "intend"),
        "request": (Http, "attempt"),
        "outcome": (Journal, "settle"),
    }[what]
    original = getattr(owner, name)

    def dying(self: Any, *args: Any, **kwargs: Any) -> Any:
        write = name != "attempt" or args[0] != "GET"
        if write and when == "before":
            reached()
        value = original(self, *args, **kwargs)
        if write and when == "after":
            reached()
        return value

    setattr(owner, name, dying)
