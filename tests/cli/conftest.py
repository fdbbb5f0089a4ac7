"""The command line in this process: its service is the practice server, its clock never waits."""

import shlex
import signal
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

import certbulk as cb
from certbulk.cli import app
from tests.conftest import FakeClock

Run = Callable[..., Result]


@pytest.fixture
def service(sandbox: cb.Sandbox, monkeypatch: pytest.MonkeyPatch) -> cb.Sandbox:
    """The practice server, which the environment names as the service."""
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
    """Return the words of the last command that is printed to go on with, as a shell reads them."""
    said = [line for line in result.output.splitlines() if ": certbulk " in line]
    return shlex.split(said[-1].rpartition(": certbulk ")[2])


def plain(texts: Sequence[str]) -> bool:
    """Tell whether texts have no sign in them that moves a cursor or turns the writing."""
    signs = {sign for text in texts for sign in text} - {"\n", "\r"}
    return all(sign.isprintable() for sign in signs)
