"""`python -m certbulk`, and `certbulk`: the command line."""

import signal

__all__ = ["main"]


def main() -> None:
    """Run the command line."""
    # Until it is there, nothing has begun: Ctrl-C ends it without a word.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from certbulk.cli import main as command_line  # noqa: PLC0415 (see above)

    command_line()


if __name__ == "__main__":
    main()
