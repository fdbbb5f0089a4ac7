"""The address of the page: a name of its own, a port and a random path, on this machine only."""

from __future__ import annotations

import errno
import ipaddress
import secrets
import socket
import sys
import threading
from dataclasses import dataclass
from typing import Self

__all__ = ["LOOPBACK", "Address", "listen", "resolves"]

LOOPBACK = "127.0.0.1"
_LOOPBACK_6 = "::1"
_NO_IPV6 = (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.EPROTONOSUPPORT)
_TRIES = 20
_RESOLVED_WITHIN = 0.3
"""Seconds. A name of this machine is known at once; a server that must be asked does not know."""


@dataclass(frozen=True, slots=True)
class Address:
    """The address of the page.

    Attributes:
        host: 127.0.0.1, or a name that is this page's alone, so that what a browser keeps for it is
            given to no other page of this machine.
        port: The port.
        path: The random first part of the path, without slashes.
    """

    host: str
    port: int
    path: str

    @classmethod
    def new(cls, *, named: bool) -> Self:
        """Return a new one, whose port is not known yet.

        Args:
            named: Whether it has a name of its own; the system must resolve it.
        """
        host = f"certbulk-{secrets.token_hex(8)}.localhost" if named else LOOPBACK
        return cls(host, 0, secrets.token_urlsafe(16))

    @property
    def authority(self) -> str:
        """What a browser sends as the host."""
        return f"{self.host}:{self.port}"

    @property
    def origin(self) -> str:
        """What a browser sends as the origin of what the page asks for."""
        return f"http://{self.authority}"

    @property
    def url(self) -> str:
        """The page's address."""
        return f"{self.origin}/{self.path}/"


def resolves(host: str) -> bool:
    """Whether the system knows the name of a host, and knows it as this machine."""
    found: list[str] = []

    def ask() -> None:
        try:
            answers = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        except OSError:
            return
        found.extend(str(answer[4][0]) for answer in answers)

    thread = threading.Thread(target=ask, name="certbulk-name", daemon=True)
    thread.start()
    thread.join(_RESOLVED_WITHIN)
    return bool(found) and all(ipaddress.ip_address(name).is_loopback for name in tuple(found))


def listen(host: str, port: int) -> list[socket.socket]:
    """Return sockets that listen for an address, all on one port.

    For a name that is both 127.0.0.1 and ::1: browsers try both, and another user of this machine
    could listen on the one that is left free.

    Args:
        host: 127.0.0.1, or a name that ends with `.localhost`.
        port: The port; 0 for any that is free.

    Raises:
        OSError: The port is taken.
        ValueError: The host is not this machine.
    """
    if host != LOOPBACK and not host.endswith(".localhost"):
        raise ValueError(f"{host} is not this machine")
    for left in reversed(range(_TRIES if port == 0 else 1)):
        first = _bound(socket.AF_INET, LOOPBACK, port)
        if host == LOOPBACK:
            return [first]
        try:
            return [first, _bound(socket.AF_INET6, _LOOPBACK_6, first.getsockname()[1])]
        except OSError as error:
            if error.errno in _NO_IPV6:
                return [first]
            first.close()
            if not left:
                raise
    raise OSError(errno.EADDRINUSE, "no port is free")


def _bound(family: socket.AddressFamily, host: str, port: int) -> socket.socket:
    found = socket.socket(family, socket.SOCK_STREAM)
    try:
        if sys.platform == "win32":  # there the other option would let others take it away
            found.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:  # after an end, its connections that linger do not keep the port
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            found.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        found.bind((host, port))
        found.listen(64)
    except OSError:
        found.close()
        raise
    return found
