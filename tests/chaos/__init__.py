"""Runs that are killed and resumed, against a server that fails, and what came of their rows.

`python -m tests.chaos --runs 500 --seed 1` prints how many runs, kills, faults and rows there
were, and how many rows were lost, doubled or misattributed.
"""

from tests.chaos.campaign import Tally, run_campaign

__all__ = ["Tally", "run_campaign"]
