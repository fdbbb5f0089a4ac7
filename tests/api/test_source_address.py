"""The address that requests leave from, and settings that only the environment may have."""

import errno
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from urllib3.util import connection

import certbulk as cb
from certbulk.api import client as api_client
from certbulk.settings import Settings
from tests.conftest import FakeClock


@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.7"])
def test_requests_leave_from_it(
    sandbox: cb.Sandbox, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server sees the address that was named."""
    server, seen = sandbox.server, list[str]()
    really = socket.socket.connect

    def connect(self: socket.socket, to: tuple[str, int]) -> None:
        really(self, to)
        seen.append(self.getsockname()[0])

    monkeypatch.setattr(socket.socket, "connect", connect)
    words = (server.url, server.chain_id, server.partner_token, server.user_token)
    with cb.Client(*words, share_pace=False, source_address=address) as client:
        client.list()
    assert {*seen} == {address}


NONE = ("office", "localhost", "300.1.1.1", "127.0.0.1:80", "127.0.0.1/8", "127.1")
ALL = "0.0.0.0"  # noqa: S104 (it is refused)
OF_NO_MACHINE = (ALL, "::", "::ffff:0.0.0.0", "224.0.0.1", "ff02::1", "255.255.255.255")


@pytest.mark.parametrize("address", [*NONE, *OF_NO_MACHINE])
def test_what_is_no_address(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is refused before anything is sent, as an argument and as a setting.

    So are addresses that stand for all machines or several: with one of them, requests would leave
    from whatever address the system chooses.
    """
    with pytest.raises(cb.SettingsError, match="source_address"):
        cb.Client(chain_id=1, partner_token="p", user_token="u", source_address=address)
    monkeypatch.setenv("CERTBULK_SOURCE_ADDRESS", address)
    with pytest.raises(cb.SettingsError, match="source_address"):
        Settings.load()


@pytest.mark.parametrize("address", ["192.0.2.11", "2001:db8::11"])
def test_an_address_of_another_machine(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A client says so at once, instead of trying again and again; the settings can be read."""
    with pytest.raises(cb.SettingsError, match=f"No request can leave from {address}"):
        cb.Client(chain_id=1, partner_token="p", user_token="u", source_address=address)
    monkeypatch.setenv("CERTBULK_SOURCE_ADDRESS", address)
    assert Settings.load().source_address == address
    with pytest.raises(cb.SettingsError, match="CERTBULK_SOURCE_ADDRESS"):
        cb.Client.from_env(chain_id=1, partner_token="p", user_token="u")


def refused(url: str, source: str | None) -> cb.UnavailableError:
    """Return the error of a client that cannot reach a service."""
    how: dict[str, Any] = {"clock": FakeClock(), "source_address": source}
    client = cb.Client(url, 1, "partner-token", "user-token", **how)
    with client, pytest.raises(cb.UnavailableError) as told:
        client.list()
    return told.value


@pytest.mark.parametrize(
    ("source", "host", "says"),
    [
        ("::1", "127.0.0.1", "is an IPv6 address, and 127.0.0.1 has only IPv4 ones"),
        ("127.0.0.1", "[::1]", "is an IPv4 address, and ::1 has only IPv6 ones"),
        ("::ffff:127.0.0.1", "[::1]", "is an IPv4 address, and ::1 has only IPv6 ones"),
    ],
)
def test_an_address_of_the_other_kind(
    source: str, host: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not taken for a wrong name of the service, and is not tried again and again."""
    monkeypatch.setattr(api_client, "require_own_address", lambda _: None)  # IPv6 may be off
    error = refused(f"http://{host}:9", source)
    assert says in str(error)
    assert "CERTBULK_SOURCE_ADDRESS" in str(error)
    assert (error.code, error.attempts, error.stops) == ("not_sendable", 1, True)


def test_the_other_kind_comes_last(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service has both kinds, and that of the source was refused: its name is not wrong."""
    both = [(family, 1, 6, "", ("h", 9)) for family in (socket.AF_INET, socket.AF_INET6)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)
    monkeypatch.setattr(connection, "create_connection", raising(socket.gaierror(-9, "family")))
    assert "host name not found" not in str(refused("https://both.example", "127.0.0.1"))


def raising(error: Exception) -> Callable[..., None]:
    """Return a function that raises an error, whatever it is called with."""

    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"), "connection refused"),
        (OSError(errno.ENETUNREACH, "Network is down here"), "left, Network is down here"),
        (OSError(errno.EADDRNOTAVAIL, "Address is gone"), "left, Address is gone"),
        (OSError(errno.EINVAL, "Not from there"), "left, Not from there"),
        (socket.gaierror(socket.EAI_NONAME, "Not known"), "host name not found"),
    ],
)
def test_why_there_is_no_connection(
    error: OSError, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only what was refused is called refused: the address to send from may have gone since."""
    monkeypatch.setattr(connection, "create_connection", raising(error))
    told = refused("https://no.such.invalid", "127.0.0.1")
    assert says in str(told)
    assert told.code == "unreachable"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CERTBULK_JOURNAL_URL", "postgresql+psycopg://them:canary@elsewhere.example/x"),
        ("CERTBULK_LANE", "second"),
        ("CERTBULK_SOURCE_ADDRESS", "192.0.2.1"),
    ],
)
def test_not_from_a_file(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever put a `.env` file into the folder cannot get the journal or change the pace."""
    Path(".env").write_text(f"{name}={value}\n", encoding="utf-8")
    with pytest.raises(cb.SettingsError, match=name) as told:
        Settings.load()
    assert "canary" not in str(told.value)
    monkeypatch.setenv(name, value)
    assert Settings.load()
