"""Which user of this machine is at the other end of a connection, where the system tells (Linux).

A secret that another user got hold of opens nothing for a program of theirs. That happens: who has
the port while the page is not served can give a browser that asks for it a page of their own, which
reads what the real one keeps there.
"""

from __future__ import annotations

import os
import socket
import struct
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["own_users", "refused_user"]

_TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
_LOCAL, _REMOTE, _STATE, _USER = 1, 2, 3, 7
"""Columns of a table, see https://docs.kernel.org/networking/proc_net_tcp.html."""

_ESTABLISHED = "01"
_ROOT = 0
_MAPPED = "0000000000000000FFFF0000"
"""Before an IPv4 address, where a program uses it by a socket for IPv6."""


def own_users() -> frozenset[int]:
    """Return the ids of the users who may connect: this one, root, and who became root by sudo.

    Root can read everything of this user anyway, and is who connects for Windows in WSL.
    """
    if sys.platform != "linux":
        return frozenset()
    by_sudo = os.environ.get("SUDO_UID", "") if os.geteuid() == _ROOT else ""
    return frozenset({_ROOT, os.geteuid(), *([int(by_sudo)] if by_sudo.isdecimal() else [])})


def refused_user(
    peer: tuple[str, int], here: tuple[str, int], allowed: Collection[int]
) -> int | None:
    """Return the id of the user who has made a connection if it is none of those allowed.

    None for one that is allowed, and if the system does not tell, as where the other end is in
    another system (Windows around WSL).

    Args:
        peer: Address and port of the other end.
        here: Address and port of this end.
        allowed: The ids of the users who may; nobody for no check.
    """
    if not allowed:
        return None
    for table in _TABLES:
        try:
            found = user_in(table.read_text(encoding="ascii"), peer, here)
        except OSError:  # there is no such table here
            continue
        if found is not None:
            state, user = found
            # Of a connection that the peer has closed already, the system tells 0 as the user.
            return None if state == _ESTABLISHED and user in allowed else user
    return None


def user_in(table: str, peer: tuple[str, int], here: tuple[str, int]) -> tuple[str, int] | None:
    """Return the state of a peer's own end and its user, from a table of the system."""
    ends = {(end, other) for end, other in zip(_written(peer), _written(here), strict=True)}
    for line in table.splitlines():
        columns = line.split(maxsplit=_USER + 1)
        if len(columns) > _USER and (columns[_LOCAL], columns[_REMOTE]) in ends:
            return columns[_STATE], int(columns[_USER])
    return None


def _written(address: tuple[str, int]) -> list[str]:
    """Return how the tables may write an address: in words of 32 bits, as the machine has them."""
    host, port = address
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    packed = socket.inet_pton(family, host)
    words = "".join(f"{word:08X}" for word in struct.unpack(f"={len(packed) // 4}I", packed))
    names = [words] if family == socket.AF_INET6 else [words, _MAPPED + words]
    return [f"{name}:{port:04X}" for name in names]
