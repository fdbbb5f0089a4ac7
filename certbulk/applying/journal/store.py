"""A journal in a file, for whoever works with one state folder."""

from __future__ import annotations

import getpass
import os
import socket
import sqlite3
import warnings
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from sqlalchemy.dialects import sqlite

from certbulk.applying.journal.chain_lock import holder, one_run_at_a_time
from certbulk.applying.journal.database import damage_in, opened, reason_of
from certbulk.applying.journal.file_guard import JournalFile
from certbulk.applying.journal.network_folder import advice_about
from certbulk.errors import OutputError, SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from sqlalchemy import Connection

    from certbulk.applying.journal.chain_lock import Claim, Holder

__all__ = ["FileStore", "who_sends"]


class FileStore:
    """A file in a state folder, with a lock file per chain.

    Raises:
        OutputError: The folder cannot be written.
    """

    order = "rowid"
    insert = staticmethod(sqlite.insert)
    lane = worker = ""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()  # the working directory may change
        self.path = self.folder / "journal.sqlite"
        self.name = str(self.path)
        with ExitStack() as on_failure:
            self.engine = opened(self.path)
            on_failure.callback(self.engine.dispose)
            try:
                self.journal_file = JournalFile(self.path)
            except (sqlite3.Error, OSError) as error:
                raise self.unusable(error) from None
            on_failure.pop_all()

    def close(self) -> None:
        """Close the connections."""
        self.journal_file.close()
        self.engine.dispose()

    def unusable(self, error: Exception) -> OutputError:
        """Return the error for a file that cannot be used."""
        return OutputError(
            damage_in(self.path, error)
            or f"The journal {self.path} cannot be used ({reason_of(error)}). The run stops, "
            "because nothing is sent that cannot be recorded."
        )

    def fenced(self) -> AbstractContextManager[Connection]:
        """Give any connection: the lock file ends with the process, so no fence is needed."""
        return self.engine.begin()

    owned = fenced

    @contextmanager
    def one_run(self, claim: Claim) -> Iterator[None]:
        """Hold the lock file of a chain: see `one_run_at_a_time`."""
        if advice := advice_about(self.folder):
            warnings.warn(advice, stacklevel=2)
        with one_run_at_a_time(self.folder, claim):
            yield

    def holder(self, service: str, chain_id: int) -> Holder | None:
        """Return what holds a chain's lock now, or None."""
        found = holder(self.folder, service, chain_id)
        return found and found._replace(who=who_sends())

    def end_session(self, run: str) -> bool:
        """Refuse: a process on this machine is ended with the means of its system.

        Raises:
            SettingsError: Always.
        """
        raise SettingsError(
            f"Only a shared journal can end the session of a run. Run {run} is a process on this "
            "machine: end that process, and its chain is free at once.",
        )

    def approving(self, connection: Connection, key: str) -> str:
        """Refuse: nobody else has this journal.

        Raises:
            SettingsError: Always.
        """
        del connection, key
        raise SettingsError(
            "The approval of another person needs a journal that both share, in a PostgreSQL "
            f"database, but {self.name} is a file. Set CERTBULK_JOURNAL_URL."
        )


def who_sends() -> str:
    """Return the login name and host of this process, such as anna@desk-3.

    The user of a container may have no name; its number is used then.
    """
    try:
        name = getpass.getuser()
    except (OSError, KeyError, ImportError):  # KeyError, ImportError: before Python 3.13
        name = str(os.getuid()) if hasattr(os, "getuid") else ""
    return f"{name}@{socket.gethostname()}"
