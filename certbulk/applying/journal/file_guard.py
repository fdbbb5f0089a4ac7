"""Checks, while a run writes to the journal, that its path still leads to the open file.

A process can go on writing to an open file after it was removed, renamed or replaced, and nobody
finds the file afterwards. So a run checks before and after each intent: three calls of `stat`, and
sometimes a query through a new connection.
"""

from __future__ import annotations

import sqlite3
import threading
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

from certbulk.applying.journal.database import connected
from certbulk.errors import OutputError

if TYPE_CHECKING:
    import os
    from pathlib import Path

__all__ = ["JournalFile"]

_PARTS = ("", "-wal", "-shm")
"""The files of an open journal: the database, its log, and the log's index."""

_NEXT = (
    "The run stops, because nothing is sent that cannot be recorded. If the journal was only "
    "moved, put it back and resume the run. Otherwise keep the results workbook of this run, which "
    "has what was sent, and use it as the file."
)


class JournalFile:
    """The journal as it was opened.

    A connection of its own keeps the files open, so that their inode numbers are not reused, and
    so that SQLite does not remove the log when another connection is closed.

    Args:
        path: The journal, which exists and has its tables.

    Raises:
        sqlite3.Error: It cannot be opened.
        OSError: It no longer exists.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        with ExitStack() as on_failure:
            self._kept_open = connected(path)
            on_failure.callback(self._kept_open.close)
            self._kept_open.execute(
                "PRAGMA user_version"
            ).fetchone()  # creates the log and its index
            found = {part: self._stat(part) for part in _PARTS if self._at(part).exists()}
            on_failure.pop_all()
        self._numbers = {part: _number(stat) for part, stat in found.items()}
        self._seen = _seen(found)
        self._log_size = _size(found)
        self._settled: tuple[str, int] | None = None
        self._looking = threading.Lock()

    def close(self) -> None:
        """Close the connection."""
        self._kept_open.close()

    def settled(self, run: str, row: int) -> None:
        """Note that an outcome was written, so that later checks look for it."""
        self._settled = run, row

    def check(self, run: str, intent: int | None = None) -> None:
        """Check that what was written can be found by others.

        Args:
            run: The run that writes.
            intent: The number of the intent that it has just written.

        Raises:
            OutputError: The journal was removed, renamed, replaced, truncated or overwritten; the
                message says which, and what to do.
        """
        stats = self.check_still_there()
        # The database changes, and the log gets shorter, only when SQLite copies the log into it,
        # every 1,000 pages. Only then does the content have to be checked.
        if _seen(stats) != self._seen or _size(stats) < self._log_size:
            with self._looking:
                if _seen(stats) != self._seen or _size(stats) < self._log_size:
                    self.check_content(run, intent)
                    self._seen = _seen(stats)
        self._log_size = _size(stats)

    def check_still_there(self) -> dict[str, os.stat_result]:
        """Check that the paths lead to the files that were opened, and return their state.

        Raises:
            OutputError: One was removed, renamed or replaced.
        """
        return {part: self._found(part) for part in self._numbers}

    def check_content(self, run: str, intent: int | None = None) -> None:
        """Check, through a new connection, that the journal has what the run wrote.

        Raises:
            OutputError: It does not.
        """
        wanted: list[tuple[str, tuple[str | int, ...]]] = [
            ("SELECT 1 FROM runs WHERE run = ?", (run,))
        ]
        if intent is not None:
            wanted.append(("SELECT 1 FROM intents WHERE number = ? AND run = ?", (intent, run)))
        if self._settled is not None:
            wanted.append(('SELECT 1 FROM outcomes WHERE run = ? AND "row" = ?', self._settled))
        try:
            with closing(connected(self._path)) as fresh:
                whole = all(fresh.execute(*question).fetchone() for question in wanted)
                whole = whole and fresh.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
        except sqlite3.Error:
            whole = False
        if not whole:
            raise OutputError(
                f"The journal {self._path} was overwritten while run {run} wrote to it: it no "
                f"longer has what the run wrote. {_NEXT}"
            )

    def _found(self, part: str) -> os.stat_result:
        try:
            stat = self._stat(part)
        except OSError as error:
            raise OutputError(
                f"{self._missing(part, error)} while a run wrote to it. {_NEXT}"
            ) from None
        if _number(stat) != self._numbers[part]:
            raise OutputError(
                f"Another file has taken the place of {self._at(part)} while a run wrote to it. "
                f"{_NEXT}"
            )
        return stat

    def _missing(self, part: str, error: OSError) -> str:
        folder = self._path.parent
        if not isinstance(error, FileNotFoundError | NotADirectoryError):
            return f"The journal {self._path} could no longer be reached ({error.strerror})"
        if not folder.is_dir():
            return f"The state folder {folder} was removed or renamed"
        if part and self._path.exists():
            return f"{self._at(part)}, a part of the journal, was removed or renamed"
        return f"The journal {self._path} was removed or renamed"

    def _at(self, part: str) -> Path:
        return self._path.with_name(self._path.name + part)

    def _stat(self, part: str) -> os.stat_result:
        return self._at(part).stat()


def _number(stat: os.stat_result) -> tuple[int, int]:
    """Return what identifies a file, on Windows as well."""
    return stat.st_dev, stat.st_ino


def _seen(stats: dict[str, os.stat_result]) -> tuple[int, int]:
    return stats[""].st_mtime_ns, stats[""].st_size


def _size(stats: dict[str, os.stat_result]) -> int:
    return stats["-wal"].st_size if "-wal" in stats else 0
