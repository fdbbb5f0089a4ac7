"""The file with the common pace of all processes on a machine to one host.

It has only the times of the last minute's requests and the newest backoff, so a damaged file is
simply replaced.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from dataclasses import astuple
from typing import TYPE_CHECKING

from filelock import FileLock
from pyrate_limiter import SQLiteBucket

from certbulk.api.pacing.backoff import Backoff
from certbulk.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pyrate_limiter import Rate

__all__ = ["SharedBucket", "cannot_be_kept", "is_damaged"]

_DAMAGED = {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}
_CUT_OFF = sqlite3.SQLITE_IOERR_SHORT_READ  # other read errors come from the disk
_PRIMARY = 0xFF  # the low byte of an extended code: sqlite.org/rescode.html

_RESTS = "CREATE TABLE IF NOT EXISTS rests (began REAL, until REAL, refusals INTEGER)"


class SharedBucket:
    """Counts permits and keeps the newest backoff in a file, under a lock between processes.

    Raises:
        OutputError: The file cannot be written.
    """

    def __init__(self, path: Path, rates: list[Rate], now: float) -> None:
        self._path = path
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _own(path.with_name(f"{path.name}.lock"))
            with FileLock(f"{path}.lock"):
                _discard_if_damaged(path)
                _own(path)
                self._file = path.stat().st_ino
            self.bucket = SQLiteBucket.init_from_file(
                rates, table="permits", db_path=str(path), use_file_lock=True
            )
            # The monotonic clock restarts with the machine: later times are from before that.
            with self.bucket.lock:
                self.bucket.conn.execute(_RESTS)
                self.bucket.conn.execute(
                    "DELETE FROM permits WHERE item_timestamp > ?", [now * 1000]
                )
                self.bucket.conn.execute("DELETE FROM rests WHERE began > ?", [now])
                self.bucket.conn.commit()
        except (OSError, sqlite3.Error) as error:
            raise cannot_be_kept(path, error) from None

    def is_current(self) -> bool:
        """Whether the file is still the one at its path: others may have replaced it."""
        try:
            return self._path.stat().st_ino == self._file
        except OSError:
            return False

    def backoff(self) -> Backoff:
        """Return the newest backoff of all processes."""
        found = self.bucket.conn.execute("SELECT began, until, refusals FROM rests").fetchone()
        return Backoff(*found) if found else Backoff()

    def change_backoff(self, change: Callable[[Backoff], Backoff]) -> Backoff:
        """Change the present backoff of all processes, and return it."""
        with self.bucket.lock:
            before = self.backoff()
            after = change(before)
            if after != before:
                self.bucket.conn.execute("DELETE FROM rests")
                self.bucket.conn.execute("INSERT INTO rests VALUES (?, ?, ?)", astuple(after))
                self.bucket.conn.commit()
            return after

    def close(self) -> None:
        """Close the file; this does not need its lock, which may be gone."""
        self.bucket.conn.close()


def cannot_be_kept(path: Path | None, error: Exception) -> OutputError:
    """Return the error for a file that cannot be used."""
    if path is not None and not path.parent.is_dir():
        return OutputError(
            f"The state folder {path.parent} was removed or renamed, so the pace that all "
            "processes on this machine share cannot be kept. Put it back, or set "
            "CERTBULK_STATE_DIR to another folder."
        )
    return OutputError(
        f"The pace that all processes on this machine share cannot be kept in {path} ({error}). "
        "Set CERTBULK_STATE_DIR to a writable folder."
    )


def _own(path: Path) -> None:
    """Create a file that only its owner can read, if there is none."""
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def _discard_if_damaged(path: Path) -> None:
    """Delete a damaged file with its SQLite logs; the lock must be held."""
    if not path.exists() or _is_sound(path):
        return
    for ending in ("", "-wal", "-shm", "-journal"):
        path.with_name(f"{path.name}{ending}").unlink(missing_ok=True)


def _is_sound(path: Path) -> bool:
    try:
        with closing(sqlite3.connect(path)) as connection:
            return bool(connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
    except sqlite3.DatabaseError as error:
        return not is_damaged(error)


def is_damaged(error: BaseException) -> bool:
    """Whether an error of SQLite's driver, or one that wraps it, is about a damaged file."""
    code = getattr(getattr(error, "orig", None) or error, "sqlite_errorcode", 0)
    return code & _PRIMARY in _DAMAGED or code == _CUT_OFF
