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
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["own_users", "refused_user", "user_of"]

_ROOT = 0
_ESTABLISHED = 1
_WITHIN = 1.0

# See https://www.man7.org/linux/man-pages/man7/sock_diag.7.html, and linux/inet_diag.h.
_SOCK_DIAG, _REQUEST = 4, 1
_BY_FAMILY = 20
_HEADER = struct.Struct("=IHHII")
_WANTED = struct.Struct("=4BI")
_PORTS = struct.Struct(">HH")
_ANY_INTERFACE_AND_COOKIE = struct.pack("=III", 0, 0xFFFFFFFF, 0xFFFFFFFF)
_FOUND = struct.Struct("=16xxB2x48x12xI")
"""Of an answer: the state of the socket, and its user."""


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
    """Return the id of the user at the other end of a connection, unless that user is allowed.

    None for an allowed user, and if the system does not tell, such as when the other end is in
    another system (Windows around WSL).

    Args:
        peer: Address and port of the other end.
        here: Address and port of this end.
        allowed: The ids of the users who may; nobody for no check.
    """
    found = user_of(peer, here) if allowed else None
    if found is None:
        return None
    state, user = found
    # Of a connection that the peer has closed already, the system tells 0 as the user.
    return None if state == _ESTABLISHED and user in allowed else user


def user_of(peer: tuple[str, int], here: tuple[str, int]) -> tuple[int, int] | None:
    """Return the state of a peer's own end and its user; None if the system does not tell.

    The system is asked for this one connection: its list of all (/proc/net/tcp) takes ten
    milliseconds to read, which a flood of connections would make a minute of.
    """
    request = _request(peer, here)
    try:
        with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _SOCK_DIAG) as line:
            line.settimeout(_WITHIN)
            line.send(request)
            answer = line.recv(4096)
    except (AttributeError, OSError):  # not on Linux, or not allowed where this runs
        return None
    if len(answer) < _FOUND.size or _HEADER.unpack_from(answer)[1] != _BY_FAMILY:
        return None  # there is no such connection
    state, user = _FOUND.unpack_from(answer)
    return int(state), int(user)


def _request(peer: tuple[str, int], here: tuple[str, int]) -> bytes:
    family = socket.AF_INET6 if ":" in peer[0] else socket.AF_INET
    ends = [socket.inet_pton(family, host).ljust(16, b"\0") for host, _ in (peer, here)]
    wanted = _WANTED.pack(family, socket.IPPROTO_TCP, 0, 0, 0xFFFFFFFF)
    body = b"".join((wanted, _PORTS.pack(peer[1], here[1]), *ends, _ANY_INTERFACE_AND_COOKIE))
    header = _HEADER.pack(_HEADER.size + len(body), _BY_FAMILY, _REQUEST, 1, 0)
    return header + body
