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

__all__ = ["Painted", "clean_exit", "clean_streams", "put_bytes"]

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

    def write(self, text: str) -> int:
        """Write a text without its control characters; return how long it was."""
        with _heard_to_the_end(self._stream):
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
        with _heard_to_the_end(self._stream):
            self._stream.flush()

    def put(self, data: bytes) -> None:
        """Write bytes as they are: for a file or a program, never for a terminal."""
        with _heard_to_the_end(self._stream):
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


@contextmanager
def _heard_to_the_end(stream: TextIO) -> Iterator[None]:
    """Let a command end as if all was read, if the program behind a pipe has ended (`| head`).

    What is still to be written goes nowhere: a run goes on, and the exit code stays true.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in _NOBODY_READS:
            raise
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


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
