"""The exit to the terminal: nothing that leaves by it can move a cursor, colour or turn text.

File names, hosts, lines of TOML, answers of a service and what other libraries say of them can have
control characters in them. They are taken out here, once, whoever prints them.
"""

from __future__ import annotations

import errno
import os
import re
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO

from certbulk.core.cleaning import without_controls

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = [
    "Painted",
    "clean_exit",
    "clean_streams",
    "not_written",
    "open_streams",
    "put_bytes",
]

# A progress bar begins its line anew, and goes up to the line of the bar above: in writes of its
# own, which no text of somebody else's can be, as a line ends with its line feed.
_OF_A_BAR = re.compile(r"(?:\x1b\[A)+|\r")


_NOBODY_READS = {errno.EPIPE, *([errno.EINVAL] if sys.platform == "win32" else [])}


class Painted(str):
    """A text with colours of our own, made of texts that have been cleaned already."""

    __slots__ = ()


class _Clean:
    """A text stream without control characters, in all else the stream that it stands for.

    It has no `buffer`: who writes bytes would go past it.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.failure = ""

    @contextmanager
    def _to_the_end(self) -> Iterator[None]:
        """Let a command go on if its output cannot be written, as on a full disk or in `| head`.

        What is still to be written goes nowhere: a run must not end because of its own words. The
        end of the program behind a pipe does not count as a failure.
        """
        try:
            yield
        except OSError as error:
            if error.errno not in _NOBODY_READS:
                self.failure = error.strerror or str(error)
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._stream.fileno())
            os.close(nowhere)

    def write(self, text: str) -> int:
        """Write a text without its control characters; return how long it was."""
        with self._to_the_end():
            self._write(text)
        return len(text)

    def _write(self, text: str) -> None:
        if isinstance(text, Painted) or _OF_A_BAR.fullmatch(text):
            self._stream.write(text)
        else:
            begin = "\r" if text.startswith("\r") else ""
            end = "\r" if text.endswith("\r") and not text.strip() else ""  # a line made blank
            words = text[len(begin) : len(text) - len(end)]
            self._stream.write(f"{begin}{without_controls(words)}{end}")

    def flush(self) -> None:
        """Hand on what was written."""
        with self._to_the_end():
            self._stream.flush()

    def put(self, data: bytes) -> None:
        """Write bytes as they are: for a file or a program, never for a terminal."""
        with self._to_the_end():
            self._stream.flush()
            self._stream.buffer.write(data)
            self._stream.buffer.flush()

    def writelines(self, lines: Iterable[str]) -> None:
        """Write texts one after the other."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        if name in {"buffer", "detach"}:
            raise AttributeError(name)
        return getattr(self._stream, name)


def not_written() -> str:
    """Return why standard output could not be written; empty if all of it was."""
    sys.stdout.flush()
    return str(getattr(sys.stdout, "failure", ""))


def open_streams() -> None:
    """Give a process whose streams were closed, as with `>&-`, some that lead nowhere."""
    for name, mode in {"stdin": "r", "stdout": "w", "stderr": "w"}.items():
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123


def put_bytes(data: bytes) -> None:
    """Write bytes to standard output as they are: for a file or a program, never a terminal."""
    with clean_exit():
        stream: Any = sys.stdout
        stream.put(data)


def clean_streams() -> None:
    """Let everything that this process prints leave clean, from now on."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is not None and not isinstance(stream, _Clean):
            setattr(sys, name, _Clean(stream))


@contextmanager
def clean_exit() -> Iterator[None]:
    """Let everything that is printed in here leave clean."""
    before = sys.stdout, sys.stderr
    clean_streams()
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before
