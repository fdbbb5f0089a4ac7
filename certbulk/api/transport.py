"""The transport under `requests`: answers bounded in time and size, and whether bytes have left.

The timeouts of requests and urllib3 apply to each read from the socket, so a server that sends a
byte now and then can hold a request for days:
https://requests.readthedocs.io/en/latest/user/quickstart/#timeouts. Here, reads share one deadline.
"""

from __future__ import annotations

import functools
import http.client
import io
import socket
import threading
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import NameResolutionError, NewConnectionError

from certbulk.errors import SettingsError
from certbulk.settings import is_loopback

if TYPE_CHECKING:
    from urllib3.connectionpool import HTTPConnectionPool
    from urllib3.poolmanager import PoolManager

__all__ = [
    "LARGEST_ANSWER",
    "AnswerTooLargeError",
    "BoundedSession",
    "SourceAddressError",
    "progress",
    "require_own_address",
]

LARGEST_ANSWER = 32 << 20
"""The most bytes of an answer, with its headers and interim answers (1xx)."""

_SHORTEST_WAIT = 0.001  # seconds; a timeout of 0 would mean "do not wait"


class _Progress(threading.local):
    """The progress of this thread's request.

    Attributes:
        left: Whether its first byte may have left; None before a connection is used.
    """

    left: bool | None = None


progress = _Progress()


class AnswerTooLargeError(Exception):
    """An answer has more bytes than `LARGEST_ANSWER`."""

    def __init__(self) -> None:
        super().__init__(f"more than {LARGEST_ANSWER >> 20} MB")


class SourceAddressError(Exception):
    """No address of the service is of the same kind, IPv4 or IPv6, as that to send from."""


class _BoundedReader(io.RawIOBase):
    """Reads one answer from a socket, up to a deadline and a number of bytes."""

    def __init__(self, sock: socket.socket, seconds: float, most: int) -> None:
        self._sock = sock
        self._raw = sock.makefile("rb", buffering=0)
        self._deadline = time.monotonic() + seconds
        self._bytes_left = most

    def readable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._raw.fileno()

    def readinto(self, buffer: Any) -> int:
        seconds = self._deadline - time.monotonic()
        if seconds <= 0:
            raise TimeoutError("the answer took too long")
        self._sock.settimeout(max(seconds, _SHORTEST_WAIT))
        count = self._raw.readinto(buffer) or 0
        self._bytes_left -= count
        if self._bytes_left < 0:
            raise AnswerTooLargeError
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Answer(http.client.HTTPResponse):
    """An answer read through a bounded reader; interim answers are skipped.

    The socket's timeout, which urllib3 sets before it reads an answer, bounds the whole of it.
    """

    def __init__(self, sock: socket.socket, *args: Any, **named: Any) -> None:
        super().__init__(sock, *args, **named)
        self.fp.close()
        seconds = sock.gettimeout()
        reader = _BoundedReader(sock, seconds or threading.TIMEOUT_MAX, LARGEST_ANSWER)
        self.fp = io.BufferedReader(reader)

    def begin(self) -> None:
        """Read the headers, and drop cookies, which are not needed beside tokens.

        http.cookiejar shows a traceback for an expiry date that it cannot compute.
        """
        super().begin()
        for name in ("Set-Cookie", "Set-Cookie2"):
            del self.headers[name]

    def _read_status(self) -> tuple[str, int, str]:
        """Return the first status line that is not an interim one.

        http.client skips only 100; a client must be able to read any number of any of them:
        https://www.rfc-editor.org/rfc/rfc9110.html#section-15.2.
        """
        while True:
            version, status, reason = super()._read_status()  # type: ignore[misc]
            if not 100 <= status < 200:  # noqa: PLR2004
                return version, status, reason
            http.client.parse_headers(self.fp)


class _Watched:
    """A mixin for urllib3's connections: bounded answers, and a note when a request leaves."""

    response_class = _Answer
    sock: socket.socket | None
    source_address: tuple[str, int] | None
    _asks_proxy = False

    def connect(self) -> None:
        progress.left = False
        super().connect()  # type: ignore[misc]

    def _new_conn(self) -> Any:
        """Connect; an address of the other kind to send from is not taken for a wrong name.

        urllib3 does so, as the system has one exception for both: socket.gaierror.
        """
        try:
            return super()._new_conn()  # type: ignore[misc]
        except NameResolutionError as error:
            if self.source_address is None:
                raise
            raise self._why_not_from(self.source_address[0]) or error from None

    def _why_not_from(self, source: str) -> Exception | None:
        """Return why nothing can be sent from an address; None if the name is not known."""
        connection: Any = self
        name = connection._dns_host  # noqa: SLF001 (that of the proxy, if there is one)
        try:
            found = {one[0] for one in socket.getaddrinfo(name, connection.port)}
        except OSError:
            return None
        ours, others = ("IPv6", "IPv4") if ":" in source else ("IPv4", "IPv6")
        if _family(source) in found:  # one of that kind was tried, and one of the other after it
            return NewConnectionError(connection, f"No address of {name} could be connected")
        return SourceAddressError(
            f"{source} (CERTBULK_SOURCE_ADDRESS) is an {ours} address, and {name} has only "
            f"{others} ones"
        )

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()  # as http.client would; if this fails, nothing has left
        if not self._asks_proxy:
            progress.left = True
        super().send(data)  # type: ignore[misc]

    def _tunnel(self) -> None:
        """Ask the proxy for a connection to the service; this is not the request itself."""
        self._asks_proxy = True
        try:
            super()._tunnel()  # type: ignore[misc]
        finally:
            self._asks_proxy = False


@functools.cache
def _watched(pool: type[HTTPConnectionPool]) -> type[HTTPConnectionPool]:
    """Return a kind of pool whose connections are watched."""
    kind = pool.ConnectionCls
    connection = type(kind.__name__, (_Watched, kind), {})
    return type(pool.__name__, (pool,), {"ConnectionCls": connection})


def _watch(manager: PoolManager) -> None:
    pools = manager.pool_classes_by_scheme
    manager.pool_classes_by_scheme = {scheme: _watched(pool) for scheme, pool in pools.items()}


class _BoundedAdapter(HTTPAdapter):
    def __init__(self, source_address: str | None) -> None:
        self._from: dict[str, Any] = (
            {"source_address": (source_address, 0)} if source_address else {}
        )
        super().__init__()

    def init_poolmanager(self, *args: Any, **named: Any) -> None:
        super().init_poolmanager(*args, **{**named, **self._from})
        _watch(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **named: Any) -> Any:
        known = proxy in self.proxy_manager
        manager = super().proxy_manager_for(proxy, **{**named, **self._from})
        if not known:
            _watch(manager)
        return manager


class BoundedSession(requests.Session):
    """A session that does not follow redirects, and uses no proxy for this machine.

    Args:
        source_address: The address of this machine from which requests leave; None for the usual.
    """

    def __init__(self, source_address: str | None = None) -> None:
        super().__init__()
        self.mount("https://", _BoundedAdapter(source_address))
        self.mount("http://", _BoundedAdapter(source_address))

    def get_redirect_target(self, resp: requests.Response) -> str | None:  # noqa: ARG002
        """Return None, so that requests neither reads the body of a redirect nor its Location.

        It would do so even with `allow_redirects=False`, to find the next request.
        """
        return None

    def merge_environment_settings(
        self, url: Any, proxies: Any, stream: Any, verify: Any, cert: Any
    ) -> Any:
        """Return the settings of the environment: CA files always, proxies for the network."""
        if not is_loopback(url):
            return super().merge_environment_settings(url, proxies, stream, verify, cert)
        here = {"no_proxy": urlsplit(url).hostname}  # so that no proxy is looked for
        settings = super().merge_environment_settings(url, here, stream, verify, cert)
        return {**settings, "proxies": {}}


def _family(address: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def require_own_address(address: str) -> None:
    """Refuse an address that no interface of this machine has.

    Otherwise every request would be retried, and seem to be refused by the service.

    Raises:
        SettingsError: No request can leave from it.
    """
    try:
        with socket.socket(_family(address)) as probe:
            probe.bind((address, 0))
    except OSError as error:
        raise SettingsError(
            f"No request can leave from {address} ({error.strerror}). Give an address that this "
            "machine has: source_address, or CERTBULK_SOURCE_ADDRESS."
        ) from None
