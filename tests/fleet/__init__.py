"""Fleets whose workers are killed and frozen, and whose scheduler, database and locks go away.

`python -m tests.fleet --fleets 100 --kills 300 --cut-sessions 50 --seed 1 --jobs 3` prints what
happened, and how many rows and types came to harm; the judge is that of `tests.chaos`.
"""

from tests.fleet.campaign import run_campaign
from tests.fleet.tally import FleetTally, Shape

__all__ = ["FleetTally", "Shape", "run_campaign"]
