"""The command line in this process: its service is the sandbox, its clock never waits."""

import shlex
import shutil
import signal
from collections.abc import Callable, Iterator, Sequence
from functools import partialmethod
from pathlib import Path
from types import SimpleNamespace

import keyring
import pandas as pd
import pytest
from keyring.backend import KeyringBackend
from typer.testing import CliRunner, Result

import certbulk as cb
from certbulk.cli import app
from certbulk.sandbox_client import Sandbox
from tests.conftest import ROOT, UNLIMITED, FakeClock

Run = Callable[..., Result]
Typed = Callable[..., Result]

COMMANDS = {
    (command.name or command.callback.__name__).rstrip("_"): command.callback.__doc__ or ""
    for command in app.registered_commands
    if command.callback
}
"""Every command, with what its help says of it."""


@pytest.fixture
def service(sandbox: cb.Sandbox, monkeypatch: pytest.MonkeyPatch) -> cb.Sandbox:
    """The sandbox, which the environment names as the service."""
    monkeypatch.setenv("CERTBULK_BASE_URL", sandbox.url)
    monkeypatch.setenv("CERTBULK_CHAIN_ID", str(sandbox.chain_id))
    monkeypatch.setenv("CERTBULK_PARTNER_TOKEN", sandbox.server.partner_token)
    monkeypatch.setenv("CERTBULK_USER_TOKEN", sandbox.server.user_token)
    return sandbox


@pytest.fixture
def certbulk(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command line, and fail where it ends in anything but an exit code."""
    monkeypatch.setattr("certbulk.api.client.SystemClock", lambda: clock)

    def run(*words: str | Path, answer: str | None = None) -> Result:
        handler = signal.getsignal(signal.SIGINT)
        try:
            result = CliRunner().invoke(app, [str(word) for word in words], input=answer)
        finally:
            signal.signal(signal.SIGINT, handler)  # the tests, too, can be interrupted
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert "Traceback" not in result.output
        return result

    return run


@pytest.fixture
def at_a_terminal(service: cb.Sandbox, certbulk: Run, monkeypatch: pytest.MonkeyPatch) -> Typed:
    """Run a line as somebody types it, in a folder with the sample data, who says yes when asked.

    What is not waited for is the pace, and the limits of the sandbox that `--sandbox` uses.
    """
    assert service.url
    shutil.copytree(ROOT / "sample_data", "sample_data")
    terminal = SimpleNamespace(stdin=SimpleNamespace(isatty=lambda: True))
    monkeypatch.setattr("certbulk.cli.sending.sys", terminal)
    monkeypatch.setattr(Sandbox, "__init__", partialmethod(Sandbox.__init__, limits=UNLIMITED))

    def typed(line: str, answer: str = "yes\n") -> Result:
        program, *words = shlex.split(line)
        assert program == "certbulk"
        return certbulk(*words, answer=answer)

    return typed


class Kept(KeyringBackend):
    """A keyring in memory."""

    priority = 1.0

    def __init__(self) -> None:
        self.passwords: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        """Return what was kept, if anything was."""
        return self.passwords.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep it."""
        self.passwords[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        """Forget it."""
        del self.passwords[service, username]


@pytest.fixture
def kept() -> Iterator[Kept]:
    """A keyring that works, in place of this machine's."""
    before, ours = keyring.get_keyring(), Kept()
    keyring.set_keyring(ours)
    yield ours
    keyring.set_keyring(before)


def examples(command: str) -> list[str]:
    """Return the lines that the help of a command shows, as they are printed."""
    _, _, section = COMMANDS[command].partition("Examples:\n")
    return [line.strip() for line in section.splitlines() if line.strip()]


def csv(name: str, *rows: dict[str, str]) -> Path:
    """Write rows as a .csv file into the folder of the test, and return its path."""
    names = list(dict.fromkeys(column for row in rows for column in row))
    frame = pd.DataFrame([{column: row.get(column, "") for column in names} for row in rows])
    frame.to_csv(name, index=False)
    return Path(name)


def one_line(result: Result, *words: str) -> None:
    """Fail unless stderr is one line that has these words, and stdout is empty.

    A second line may say what to give at a terminal.
    """
    lines = result.stderr.strip().splitlines()
    assert len(lines) <= 2, result.stderr
    assert [line.startswith("certbulk: ") for line in lines] in ([True], [True, False])
    assert all(word in result.stderr for word in words), result.stderr
    assert result.stdout == ""


def way_on(result: Result) -> list[str]:
    """Return the words of the last command that is printed as the next one, as a shell does."""
    said = [line for line in result.output.splitlines() if ": certbulk " in line]
    return shlex.split(said[-1].rpartition(": certbulk ")[2])


def plain(texts: Sequence[str]) -> bool:
    """Return whether texts have no sign in them that moves a cursor or turns the writing."""
    signs = {sign for text in texts for sign in text} - {"\n", "\r"}
    return all(sign.isprintable() for sign in signs)
