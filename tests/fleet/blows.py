"""What befalls a fleet, each blow at its row: drawn by dice."""

import math
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Sequence
from multiprocessing.context import ForkServerProcess
from typing import Any

import psycopg

from certbulk.applying.journal.chain_session import HELD
from tests.chaos.child import POINTS
from tests.fleet.crew import Crew
from tests.fleet.processes import Strike
from tests.shared.postgres import Postgres

__all__ = ["PAUSE", "Blows"]

PAUSE = 6
"""Seconds of the use of a look, and before a second look."""

_COUNTED = {
    "cut": "cuts",
    "full": "full",
    "hang": "hangs",
    "long": "hangs",
    "force": "hangs",
    "restart": "restarts",
    "schedule": "schedulers",
    "sender": "senders",
    "twice": "twice",
}
"""The kinds of blows, and the names under which they are counted; kills are, as workers end."""

_BESIDES = {"hang": 0.3, "force": 0.2, "restart": 0.3, "schedule": 0.2, "sender": 0.2, "twice": 0.3}


class Blows:
    """The blows of one fleet.

    Args:
        dice: The dice.
        server: The PostgreSQL.
        journal: Its database with the journal.
        counts: Counts what has befallen.
        rows: The rows of the fleet.
        kills: The workers to kill.
        cuts: The sessions to cut.
        hang: Seconds that one more worker hangs; 0 for none.
        full: Whether the disk of the database is full for a time.

    Attributes:
        story: What has befallen, in words.
    """

    def __init__(
        self,
        dice: random.Random,
        server: Postgres,
        journal: str,
        counts: Counter[str],
        *,
        rows: int,
        kills: int,
        cuts: int,
        hang: int = 0,
        full: bool = False,
    ) -> None:
        self.story: list[str] = []
        self._dice = dice
        self._server = server
        self._journal = journal
        self._counts = counts
        self._by_themselves = dice.choice([0.0, 0.2, 0.4])
        kinds = ["kill"] * kills + ["cut"] * cuts
        kinds += [kind for kind, chance in _BESIDES.items() if dice.random() < chance]
        kinds += ["long"] * (hang > 0) + ["full"] * full
        self._hang = hang
        self._full_until = math.inf
        self._left = sorted((dice.randint(1, rows), kind) for kind in kinds)
        self._began = time.monotonic()

    def by_itself(self) -> Strike | None:
        """Return when the next worker kills itself, if it does."""
        dice = self._dice
        if dice.random() > self._by_themselves:
            return None
        point = dice.choice(POINTS)
        return Strike(point, dice.randint(1, 2 if point.endswith(("look", "remark")) else 8))

    def fall(
        self,
        writes: int,
        crew: Crew,
        senders: Sequence[ForkServerProcess],
        begin_another: Callable[[], Any],
    ) -> None:
        """Let the next blow fall if it is due, and if there is something to strike.

        Args:
            writes: The requests so far that were to change something.
            crew: The scheduler and the workers.
            senders: Those who have begun the fleet.
            begin_another: Lets somebody else begin it as well.
        """
        self._make_room()
        if not self._left or writes < self._left[0][0]:
            return
        _, kind = self._left[0]
        if kind == "sender" and senders[0].pid:
            crew.send(senders[0].pid, signal.SIGKILL)
        elif kind == "twice":
            begin_another()
        elif kind == "schedule":
            crew.lose_scheduler()
        elif kind == "restart":
            self._restart()
        elif kind == "full":
            self._fill()
        elif not (self._cut("true") if kind == "cut" else self._strike_a_worker(kind, crew)):
            return
        self._left.pop(0)
        self.tell(kind)
        if kind in _COUNTED:
            self._counts[_COUNTED[kind]] += 1

    def wait_for_room(self) -> None:
        """Return when the disk is not full, as nobody who begins the fleet could do anything."""
        while self._full_until < math.inf:
            time.sleep(max(0, self._full_until - time.monotonic()))
            self._make_room()

    def _make_room(self) -> None:
        if self._full_until <= time.monotonic():
            self._full_until = math.inf
            self.tell(f"the disk has room again; the server {self._server.make_room()}")

    def tell(self, what: str) -> None:
        """Add something to the story."""
        self.story.append(f"  {time.monotonic() - self._began:.1f} s: {what}")

    def _fill(self) -> None:
        """Let the disk be full for a time; at some fleets, let the server's log need room at once.

        Without room for its log, the server ends; for anything else, only a statement fails.
        """
        self._server.fill()
        self._full_until = time.monotonic() + self._dice.choice([PAUSE, 3 * PAUSE])
        for _ in range(self._dice.choice([0, 9])):
            self._asked(
                "SELECT pg_switch_wal() FROM (SELECT pg_logical_emit_message(true, '', ''))x"
            )

    def _restart(self) -> None:
        self._server.stop()
        time.sleep(self._dice.choice([0, 0, 2]))
        self._server.start()

    def _strike_a_worker(self, kind: str, crew: Crew) -> bool:
        """Kill or freeze a worker that is at work, and return whether there was one."""
        awake = crew.awake()
        held = self._asked(HELD.format(what="holders.worker", which="true"))
        at_work = [int(worker.removeprefix("process ")) for (worker,) in held]
        if not (found := [pid for pid in at_work if pid in awake]):
            return False
        pid = self._dice.choice(found)
        if kind == "kill":
            crew.send(pid, signal.SIGKILL)
            return True
        some = self._dice.choice([1, PAUSE + 2, 3 * PAUSE])
        crew.freeze(pid, self._hang if kind == "long" else some)
        if kind == "force":  # as `stop --force` does to one that hangs
            self._counts["cuts"] += self._cut(f"holders.worker = 'process {pid}'")
        return True

    def _cut(self, which: str) -> int:
        """Cut a session that holds the lock of a chain, and return how many there were."""
        cut = HELD.format(what="pg_terminate_backend(holders.pid)", which=which)
        return len(self._asked(f"{cut} LIMIT 1"))

    def _asked(self, words: str) -> list[tuple[Any, ...]]:
        try:
            return self._server.query(words, self._journal)
        except psycopg.Error:  # there are no tables yet
            return []
