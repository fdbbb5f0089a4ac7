"""Runs that are killed, frozen and undone, against a service that fails, lies and has other users.

`python -m tests.chaos --runs 500 --seed 1 --jobs 2` prints what happened, and how many rows and
types came to harm: see `judge.BROKEN` and `judge.NOTED`.
"""

from tests.chaos.campaign import run_campaign
from tests.chaos.tally import Tally

__all__ = ["Tally", "run_campaign"]
