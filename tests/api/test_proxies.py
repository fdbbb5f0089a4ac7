"""TLS, certificate files and proxies: what goes wrong before a request leaves, and whose fault."""

import socket
import ssl
from pathlib import Path
from typing import Any

import pytest

import certbulk as cb
from certbulk.api.decision import ATTEMPTS

from .raw import TLS, RawServer, asked, saying
from .service import PARTNER, USER

RECORD = b'HTTP/1.1 200 OK\r\nContent-Length: 35\r\n\r\n{"success": true, "data": {"id":1}}'
CERTIFICATES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
BEHIND = "https://service.example/api/v1"
"""A service that is reached through a proxy only."""


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the proxies and certificate files of whoever runs the tests out of them."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name in CERTIFICATES:
        monkeypatch.delenv(name, raising=False)


def failed(client: cb.Client, method: str) -> cb.ServiceError:
    """Return how a call fails."""
    with client, pytest.raises(cb.ServiceError) as caught:
        client.get(1) if method == "GET" else client.create({})
    assert not any(secret in str(caught.value) for secret in (PARTNER, USER, "hidden"))
    assert len(str(caught.value)) < 500
    return caught.value


@pytest.mark.parametrize("name", CERTIFICATES)
def test_a_certificate_file_counts_on_this_machine(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A service on this machine may have a certificate of its own authority."""
    monkeypatch.setenv(name, str(TLS / "cert.pem"))
    with RawServer(saying(RECORD), tls=True) as server, server.client() as client:
        assert client.get(1) == {"id": 1}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_unknown_authority(method: str) -> None:
    """Without the file, nothing is sent and the run stops: the next request would meet the same."""
    with RawServer(saying(RECORD), tls=True) as server:
        error = failed(server.client(), method)
        assert server.asked == 0
    assert (error.code, error.attempts, error.stops) == ("unreachable", 1, True)


NAME = "CERTIFICATE"
FILES = [
    pytest.param(None, "missing.pem", id="not there"),
    pytest.param("no certificate", "NO_CERTIFICATE", id="no certificate in it"),
    pytest.param(f"-----BEGIN {NAME}-----\nAAAA\n-----END {NAME}-----\n", "PEM", id="nonsense"),
]


@pytest.mark.parametrize("name", CERTIFICATES)
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(("content", "says"), FILES)
def test_a_certificate_file_that_cannot_be_used(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    content: str | None,
    *,
    says: str,
    method: str,
    name: str,
) -> None:
    """The run stops at once, nothing is in doubt, and the message names what was wrong."""
    path = tmp_path / "missing.pem"
    if content is not None:
        path.write_text(content)
    monkeypatch.setenv(name, str(path))
    with RawServer(saying(RECORD), tls=True) as server:
        error = failed(server.client(), method)
        assert server.asked == 0
    assert isinstance(error, cb.UnavailableError)
    assert (error.code, error.attempts, error.stops) == ("not_sendable", 1, True)
    assert "Error" in str(error)
    assert says in str(error)
    assert "REQUESTS_CA_BUNDLE" in str(error)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_connection_that_ends_before_it_is_encrypted(method: str) -> None:
    """The request has not left, so a create may be tried again; it is not in doubt."""
    with RawServer(saying(RECORD)) as server:  # it does not speak TLS
        error = failed(
            server.client(f"https://localhost:{server.port}", timeout=(0.2, 0.2)), method
        )
    assert isinstance(error, cb.UnavailableError)
    assert (error.code, error.attempts) == ("unreachable", ATTEMPTS)
    assert "before the request left" in str(error)


REFUSALS = [
    pytest.param(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "HTTP 407", id="407"),
    pytest.param(b"HTTP/1.1 403 Forbidden\r\n\r\n<html>", "HTTP 403 Forbidden", id="403"),
    pytest.param(
        b"HTTP/1.1 102 X\r\n\r\nHTTP/1.1 407 Not you\r\n\r\n", "HTTP 407 Not you", id="1xx"
    ),
]


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(("said", "says"), REFUSALS)
def test_a_proxy_that_refuses(
    said: bytes, says: str, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is named as the proxy's doing, the run stops, and nothing is in doubt."""
    with RawServer(saying(said)) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://name:hidden@127.0.0.1:{proxy.port}")
        error = failed(proxy.client(BEHIND), method)
        assert proxy.asked == 1
    assert isinstance(error, cb.UnavailableError)
    assert (error.code, error.status, error.stops) == ("proxy_refused", None, True)
    assert str(error).startswith("A proxy refused the request")
    assert says in str(error)
    assert str(error).endswith("or ask whoever runs it.")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_407_without_a_tunnel(method: str) -> None:
    """A plain 407 comes from a proxy, too: a service has no such answer."""
    said = b"HTTP/1.1 407 X\r\nContent-Length: 6\r\n\r\n<html>"
    with RawServer(saying(said)) as server:
        error = failed(server.client(), method)
        assert server.asked == 1
    assert (error.code, error.status, error.stops) == ("proxy_refused", 407, True)
    assert str(error).startswith("A proxy refused the request")


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("said", [b"HTTP/1.1 502 Bad Gateway\r\n\r\n", b"HTTP/1.1 504 X\r\n\r\n"])
def test_a_proxy_that_cannot_reach_the_service(
    said: bytes, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is tried again, a create too: the request has not left."""
    with RawServer(saying(said)) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
        error = failed(proxy.client(BEHIND), method)
        assert proxy.asked == ATTEMPTS
    assert isinstance(error, cb.UnavailableError)
    assert (error.code, error.attempts) == ("proxy_failed", ATTEMPTS)
    assert "through the proxy" in str(error)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_proxy_that_is_not_there(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The proxy's address is what to check, not the service's."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
    with RawServer(saying(b"")) as server:
        error = failed(server.client(BEHIND), method)
    assert error.code == "proxy_failed"
    assert "through the proxy" in str(error)


ADDRESSES = ["http://name:hidden@[::1", "://x", "socks5://name:hidden@127.0.0.1:9", "gopher://x"]


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_a_proxy_address_that_cannot_be_used(
    address: str, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing can have left; its password is not shown."""
    monkeypatch.setenv("HTTPS_PROXY", address)
    with RawServer(saying(b"")) as server:
        error = failed(server.client(BEHIND), method)
    assert isinstance(error, cb.UnavailableError)
    assert error.code in {"not_sendable", "proxy_failed"}


def through(connection: socket.socket, said: bytes) -> None:
    """Grant a tunnel, and answer in the place of the service behind it."""
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / "cert.pem", TLS / "key.pem")
    with context.wrap_socket(connection, server_side=True) as inner:
        asked(inner)
        inner.sendall(said)


ANSWERS: list[Any] = [
    pytest.param(RECORD, None, id="a record"),
    pytest.param(b"", cb.OutcomeUnknownError, id="nothing"),
]


@pytest.mark.parametrize(("said", "kind"), ANSWERS)
def test_a_request_through_a_proxy(
    said: bytes, kind: type[cb.ServiceError] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the tunnel there, a request leaves: a create without an answer is in doubt."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(TLS / "cert.pem"))
    with RawServer(lambda connection: through(connection, said)) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
        if kind is None:
            with proxy.client(BEHIND) as client:
                assert client.create({}) == {"id": 1}
        else:
            assert isinstance(failed(proxy.client(BEHIND), "POST"), kind)
        assert proxy.asked == 1


def test_a_service_on_this_machine_needs_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy in the environment is not asked, with certificate files from there all the same."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(TLS / "cert.pem"))
    with RawServer(saying(b"")) as proxy, RawServer(saying(RECORD), tls=True) as server:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
        with server.client() as client:
            assert client.get(1) == {"id": 1}
        assert proxy.asked == 0
