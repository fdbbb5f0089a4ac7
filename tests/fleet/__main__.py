"""The command line of the campaign."""

import argparse
import sys
import time
from dataclasses import asdict

from tests.fleet import Shape, run_campaign


def main() -> int:
    """Run fleets, print what came of them, and fail if the promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.fleet", description=__doc__)
    for name, default in asdict(Shape()).items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=int, default=default)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1, help="fleets at once")
    parser.add_argument("--noted", action="store_true", help="tell of each blow, and what is noted")
    chosen = vars(parser.parse_args())
    noted, jobs, seed = (chosen.pop(name) for name in ("noted", "jobs", "seed"))
    began = time.monotonic()
    tally = run_campaign(Shape(**chosen), seed, jobs=jobs, say=sys.stderr.write)
    took = time.monotonic() - began
    print(tally)
    if noted:
        print("\n".join(tally.noted))
    given = {**chosen, "seed": seed, "jobs": jobs}
    words = " ".join(f"--{name.replace('_', '-')} {n}" for name, n in given.items())
    print(f"{took:.0f} s: python -m tests.fleet {words}")
    return 1 if tally.broken else 0


if __name__ == "__main__":
    sys.exit(main())
