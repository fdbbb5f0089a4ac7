"""The address that requests leave from, and settings that only the environment may have."""

import socket
from pathlib import Path

import pytest

import certbulk as cb
from certbulk.settings import Settings


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


@pytest.mark.parametrize("address", ["office", "300.1.1.1", "127.0.0.1:80"])
def test_what_is_no_address(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is refused before anything is sent, as an argument and as a setting."""
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
