"""The command line of the campaign."""

import argparse
import sys
import time

from tests.chaos import run_campaign


def main() -> int:
    """Run a campaign, print what came of it, and fail if the promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    began = time.monotonic()
    tally = run_campaign(chosen.runs, chosen.seed, say=sys.stderr.write)
    print(tally)
    print(f"{time.monotonic() - began:.0f} s, seed {chosen.seed}")
    return 1 if tally.broken else 0


if __name__ == "__main__":
    sys.exit(main())
