"""How long many chains take on a number of lanes: a simulation in which no time passes.

python -m tests.benchmarks.fleet_time --chains 2000 --types 600
"""

from __future__ import annotations

import argparse
import heapq
from typing import TYPE_CHECKING

from certbulk.api.listing import PAGE_SIZE
from certbulk.planning.estimate import estimate

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["main", "nightly", "sent", "taken"]

PER_MINUTE = 180
PER_SECOND = PER_MINUTE / 60  # permits of a lane are spread evenly, at the lower limit
LANES = (1, 10, 50)


def taken(chains: Iterable[float], lanes: int) -> float:
    """Return the seconds until the last chain is done.

    A chain is worked on in one lane. Whichever lane is free first takes the next chain, as the
    workers of an engine do. Several workers of one lane share its pace, so they count as one.

    Args:
        chains: The seconds that each chain takes at the pace of a lane.
        lanes: The number of lanes.
    """
    free = [0.0] * lanes
    for seconds in chains:
        heapq.heapreplace(free, free[0] + seconds)
    return max(free)


def sent(types: int) -> float:
    """Return the seconds of a chain of which every type is changed: its plan, and its run."""
    run = estimate(types, 0, types, PER_SECOND, PER_MINUTE)
    return (_listing(types) + run.requests) / PER_SECOND


def nightly(types: int) -> float:
    """Return the seconds in which a drift reads a chain; comparing costs no request."""
    return _listing(types) / PER_SECOND


def _listing(types: int) -> int:
    return -(-types // PAGE_SIZE) + 1


def main() -> None:
    """Print the table for what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.fleet_time")
    parser.add_argument("--chains", type=int, default=2000)
    parser.add_argument("--types", type=int, default=600)
    chosen = parser.parse_args()
    print(f"{chosen.chains:,} chains of {chosen.types:,} types, {PER_MINUTE} requests a minute:")
    for lanes in LANES:
        changed, drift = (
            taken([of(chosen.types)] * chosen.chains, lanes) / 3600 for of in (sent, nightly)
        )
        print(f"  {lanes:3} lanes  all changed {changed:7.1f} h  nightly drift {drift:6.2f} h")


if __name__ == "__main__":
    main()
