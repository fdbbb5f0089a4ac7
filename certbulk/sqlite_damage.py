"""Whether SQLite says of a file that it is not, or no longer, a database."""

from __future__ import annotations

import sqlite3

__all__ = ["is_damaged"]

_DAMAGED = {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}
_CUT_OFF = sqlite3.SQLITE_IOERR_SHORT_READ  # other failures to read are the disk's
_PRIMARY = 0xFF  # the rest of a code says more of the same


def is_damaged(error: BaseException) -> bool:
    """Tell whether an error, of the driver or around one of its, is about a damaged file."""
    code = getattr(getattr(error, "orig", None) or error, "sqlite_errorcode", 0)
    return code & _PRIMARY in _DAMAGED or code == _CUT_OFF
