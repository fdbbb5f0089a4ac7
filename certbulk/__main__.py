"""`python -m certbulk`, and `certbulk`: the command line."""

import os
import signal
import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line."""
    _import_nothing_from_here()
    # Until it is there, nothing has begun: Ctrl-C ends it without a word.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from certbulk.cli import main as command_line  # noqa: PLC0415 (see above)

    command_line()


def _import_nothing_from_here() -> None:
    """Take the working folder off the import path, where `python -m` has put it first.

    A `keyring.py` that lies beside somebody's price list must not be imported. If certbulk
    itself is imported from that folder, it stays.
    """
    here = os.path.realpath(os.curdir)
    ours = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))  # noqa: PTH120
    first = sys.path[0] if sys.path else None
    if first is not None and here != ours and os.path.realpath(first or os.curdir) == here:
        del sys.path[0]


if __name__ == "__main__":
    main()
