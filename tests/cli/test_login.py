"""Signing in: where the token is kept, and that nobody signs in where it cannot be."""

from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail, null

import certbulk as cb

from .conftest import Kept, Run, one_line

pytestmark = pytest.mark.usefixtures("kept")
USER, PASSWORD = "practice@example.com", "practice\n"


class Broken(Kept):
    """A keyring whose system is not there, and that says so in a way of its own."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Fail."""
        raise ZeroDivisionError(service, username, len(password))


@pytest.fixture(autouse=True)
def account(service: cb.Sandbox, monkeypatch: pytest.MonkeyPatch) -> cb.Sandbox:
    """The sandbox, for somebody who has not signed in yet."""
    monkeypatch.delenv("CERTBULK_USER_TOKEN")
    return service


def test_the_token_is_kept_in_the_keyring(account: cb.Sandbox, certbulk: Run, kept: Kept) -> None:
    """And used by the commands that follow; it is not shown, and nothing else is left there."""
    result = certbulk("login", "--user", USER, answer=PASSWORD)
    assert result.exit_code == 0, result.output
    token = account.server.user_token
    assert kept.passwords == {("certbulk", account.url): token}
    assert token not in result.output
    assert certbulk("export", "live.xlsx").exit_code == 0


@pytest.mark.parametrize("backend", [fail.Keyring, null.Keyring, Broken])
def test_without_a_keyring_nobody_signs_in(
    account: cb.Sandbox, certbulk: Run, backend: type[KeyringBackend]
) -> None:
    """It is reported at once, with the way on: no password is asked for and no token given out."""
    keyring.set_keyring(backend())
    result = certbulk("login", "--user", USER, answer=PASSWORD)
    assert result.exit_code == 2
    one_line(result, "the keyring of this system is missing", "--env-file .env")
    assert account.requests == []


def test_a_file_that_only_its_owner_can_read(
    account: cb.Sandbox, certbulk: Run, kept: Kept
) -> None:
    """The token replaces an older one, all else stays, and the commands that follow use it."""
    keyring.set_keyring(Broken())
    Path(".env").write_text("# ours\nCERTBULK_USER_TOKEN=old\nCERTBULK_PER_SECOND=3")
    Path(".env").chmod(0o644)
    result = certbulk("login", "--user", USER, "--env-file", ".env", answer=PASSWORD)
    assert result.exit_code == 0, result.output
    assert ".env" in result.stdout
    token = account.server.user_token
    lines = Path(".env").read_text().splitlines()
    assert lines == ["# ours", f"CERTBULK_USER_TOKEN='{token}'", "CERTBULK_PER_SECOND=3"]
    assert Path(".env").stat().st_mode & 0o077 == 0
    assert token not in result.output
    assert kept.passwords == {}
    assert certbulk("export", "live.xlsx").exit_code == 0


def test_a_new_file_elsewhere(account: cb.Sandbox, certbulk: Run) -> None:
    """It is made, for its owner alone; a line says that certbulk does not read it by itself."""
    result = certbulk("login", "--user", USER, "--env-file", "tokens.env", answer=PASSWORD)
    assert "reads the file .env" in result.stdout
    assert Path("tokens.env").read_text() == f"CERTBULK_USER_TOKEN='{account.server.user_token}'\n"
    assert Path("tokens.env").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("file", ["folder", "no/such/folder/.env"])
def test_a_file_that_cannot_be(account: cb.Sandbox, certbulk: Run, file: str) -> None:
    """It is reported before anybody signs in."""
    Path("folder").mkdir()
    result = certbulk("login", "--user", USER, "--env-file", file, answer=PASSWORD)
    assert result.exit_code == 2
    one_line(result, file.removesuffix("/.env"))
    assert account.requests == []


NOBODY = [
    pytest.param((), PASSWORD, "--user", id="no login"),
    pytest.param(("--user", USER), "", "password", id="no password"),
    pytest.param(("--user", USER), "\n", "password", id="an empty password"),
]


@pytest.mark.parametrize(("words", "answer", "says"), NOBODY)
def test_nobody_to_ask(
    account: cb.Sandbox, certbulk: Run, words: tuple[str, ...], answer: str, says: str
) -> None:
    """Without a terminal and without the words on standard input, one line says what to give."""
    result = certbulk("login", *words, answer=answer)
    assert result.exit_code == 2
    one_line(result, says)
    assert account.requests == []


def test_a_wrong_password(account: cb.Sandbox, certbulk: Run, kept: Kept) -> None:
    """One line, and nothing is kept."""
    result = certbulk("login", "--user", USER, answer="wrong\n")
    assert result.exit_code == 2
    one_line(result, "401")
    assert kept.passwords == {}
    assert account.requests


def test_a_token_that_goes_before_it(
    certbulk: Run, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever has an older one in the environment is told that it would be used."""
    monkeypatch.setenv("CERTBULK_USER_TOKEN", "old")
    result = certbulk("login", "--user", USER, answer=PASSWORD)
    assert "CERTBULK_USER_TOKEN is set already" in result.stdout
    assert kept.passwords
