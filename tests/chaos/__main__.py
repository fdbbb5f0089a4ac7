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
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--noted", action="store_true", help="tell of each thing that is noted")
    chosen = parser.parse_args()
    began = time.monotonic()
    tally = run_campaign(chosen.runs, chosen.seed, jobs=chosen.jobs, say=sys.stderr.write)
    took = time.monotonic() - began
    print(tally)
    if chosen.noted:
        print("\n".join(tally.noted))
    words = f"--runs {chosen.runs} --seed {chosen.seed} --jobs {chosen.jobs}"
    print(f"{took:.0f} s: python -m tests.chaos {words}")
    return 1 if tally.broken else 0


if __name__ == "__main__":
    sys.exit(main())
