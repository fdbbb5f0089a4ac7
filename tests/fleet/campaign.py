"""The campaign: many fleets, several at once."""

import atexit
import random
import tempfile
from collections.abc import Callable
from functools import cache
from itertools import repeat
from pathlib import Path
from typing import Any

from tests.chaos.campaign import in_order
from tests.fleet.struck import StruckFleet
from tests.fleet.tally import FleetTally, Shape
from tests.shared.postgres import Postgres, binaries

__all__ = ["run_campaign"]


def run_campaign(
    shape: Shape, seed: int, *, jobs: int = 1, say: Callable[[str], Any] = lambda _: None
) -> FleetTally:
    """Run fleets; the same seed gives the same workbooks, faults, and blows at the same rows.

    Args:
        shape: How many, and how large.
        seed: The seed.
        jobs: How many at once, in as many processes.
        say: Is told from time to time how far it is.

    Raises:
        RuntimeError: PostgreSQL is not installed.
    """
    tally = FleetTally()
    with in_order(jobs) as mapped:
        ends = mapped(_run, repeat(shape), repeat(seed), range(shape.fleets))
        for number, one in enumerate(ends, 1):
            tally.add(one)
            if one.broken or number % 5 == 0:
                say(f"{number}: {one if one.broken else tally.row()}\n")
    return tally


def _run(shape: Shape, seed: int, number: int) -> FleetTally:
    """Return what came of one fleet."""
    dice = random.Random(f"fleet {seed}/{number}")
    with tempfile.TemporaryDirectory() as folder:
        fleet = StruckFleet(dice, Path(folder), _server(shape.disk), shape, number)
        return fleet.told(f"{seed}/{number}")


@cache
def _server(disk: int) -> Postgres:
    """Return the PostgreSQL of this process, which has one fleet at a time."""
    programs = binaries()
    if programs is None:
        raise RuntimeError("PostgreSQL is not installed (Debian: postgresql)")
    server = Postgres(programs, disk=disk)
    atexit.register(server.close)
    return server
