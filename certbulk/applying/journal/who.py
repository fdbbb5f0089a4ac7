"""Who sends: the login name and the machine, for the journal."""

from __future__ import annotations

import getpass
import os
import socket

__all__ = ["who_sends"]


def who_sends() -> str:
    """Return the login name of the user of this process and the host, as in anna@desk-3.

    A container's user may have no name; its number stands for it.
    """
    try:
        name = getpass.getuser()
    except (OSError, KeyError, ImportError):  # KeyError, ImportError: before Python 3.13
        name = str(os.getuid()) if hasattr(os, "getuid") else ""
    return f"{name}@{socket.gethostname()}"
