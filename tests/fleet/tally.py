"""What a campaign of fleets is asked for, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass

from certbulk.settings import PER_MINUTE
from tests.chaos.tally import Tally

__all__ = ["FleetTally", "Shape"]

_HAPPENED = (
    *("fleets", "kills", "cuts", "hangs", "restarts", "schedulers", "senders", "twice"),
    *("full", "begun_again", "faults", "limited", "told", "rows"),
)


@dataclass(frozen=True)
class Shape:
    """The fleets of a campaign.

    Attributes:
        fleets: How many.
        workers: The workers of each.
        lanes: The lanes of each, an address each; workers are dealt out to them.
        chains: The chains of each.
        kills: The workers that are killed, of all fleets together.
        cut_sessions: The sessions with locks that are cut, of all fleets together.
        hang: Seconds that one worker of each fleet hangs, with a chain; 0 for none.
        one_address: Whether all lanes have one address, and the service's usual limits count.
        disk: Megabytes of the database's disk, which is full for a time; 0 for the usual disk.
        clocks: Seconds by which the clock of every other worker is ahead.
    """

    fleets: int = 10
    workers: int = 3
    lanes: int = 2
    chains: int = 4
    kills: int = 30
    cut_sessions: int = 5
    hang: int = 0
    one_address: int = 0
    disk: int = 0
    clocks: int = 0

    def share(self, total: int, number: int) -> int:
        """Return the part of a total that is for the fleet with this number, from 0."""
        return total * (number + 1) // self.fleets - total * number // self.fleets


@dataclass
class FleetTally(Tally):
    """Counts of fleets, with the requests of each lane and their seconds."""

    happened: tuple[str, ...] = _HAPPENED

    def __str__(self) -> str:
        return "\n".join([super().__str__(), *self._paces()])

    def _paces(self) -> list[str]:
        lanes = sorted(name for name in self.counts if name.startswith("127."))
        found = []
        for lane in lanes:
            requests, seconds = self.counts[lane], self.counts[f"seconds of {lane}"] or 1
            a_minute = 60 * requests / seconds
            found.append(
                f"{lane}: {requests:,} requests, {a_minute:.0f} a minute from first to last, "
                f"{a_minute / PER_MINUTE:.0%} of the pace"
            )
        return found
