"""Profiles: the settings of a chain under a name, its tokens in the keyring; and `init`."""

import os
from pathlib import Path
from types import SimpleNamespace

import keyring
import pytest
from keyring.backends import fail

import certbulk as cb
from certbulk.settings import Settings
from certbulk.settings.described import SETTINGS
from certbulk.settings.profiles import profile_path
from certbulk.settings.sources import Source
from tests.conftest import ROOT
from tests.references.settings import env_example

from .conftest import Kept, Run, csv, one_line

ELSEWHERE = "https://elsewhere.example/api/v1"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A settings folder of the test's own."""
    monkeypatch.setenv("CERTBULK_SETTINGS_DIR", str(tmp_path / "settings"))
    return tmp_path / "settings" / "profiles"


@pytest.fixture
def spa(sandbox: cb.Sandbox, kept: Kept, folder: Path) -> cb.Sandbox:
    """A profile for the sandbox, with its tokens in the keyring."""
    write("spa-east", f'base_url = "{sandbox.url}"\nchain_id = {sandbox.chain_id}\n')
    for name in ("partner_token", "user_token"):
        entry = f"profile spa-east: {name} for {sandbox.url}"
        kept.set_password("certbulk", entry, getattr(sandbox.server, name))
    assert folder.is_dir()
    return sandbox


def write(name: str, text: str) -> None:
    """Write a profile."""
    path = profile_path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_the_next_command_goes_to_the_same_chain(spa: cb.Sandbox, certbulk: Run) -> None:
    """A command that is printed to be copied names the profile."""
    result = certbulk("--profile", "spa-east", "export", "live.xlsx")
    assert "certbulk --profile spa-east apply live.xlsx" in result.stdout
    assert spa.requests


def test_a_profile_without_tokens(certbulk: Run) -> None:
    """The message asks for the keyring, as a token of the environment would be refused."""
    write("spa-west", f'base_url = "{ELSEWHERE}"\nchain_id = 7\n')
    result = certbulk("--profile", "spa-west", "list")
    for words in ("keyring has none for the profile spa-west", "init --profile spa-west"):
        assert words in result.stderr
    assert "CERTBULK_PARTNER_TOKEN" not in result.stderr


def test_a_profile_is_all_that_is_needed(
    spa: cb.Sandbox, certbulk: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By option, by environment and from Python; another command does not have it."""
    assert certbulk("--profile", "spa-east", "list").exit_code == 0
    one_line(certbulk("list"), "CERTBULK_CHAIN_ID is not set", "certbulk init")
    monkeypatch.setenv("CERTBULK_PROFILE", "spa-east")
    assert certbulk("list").exit_code == 0
    monkeypatch.delenv("CERTBULK_PROFILE")
    with cb.Client.from_env(profile="spa-east") as client:
        assert (client.chain_id, client.base_url) == (spa.chain_id, spa.url)
        assert len(client.list()) == 9
    assert "CERTBULK_PROFILE" not in os.environ


def test_a_profile_comes_before_the_environment(
    spa: cb.Sandbox, certbulk: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A chain that is set for another job is not sent to by accident; an option still is."""
    monkeypatch.setenv("CERTBULK_CHAIN_ID", "706555")
    monkeypatch.setenv("CERTBULK_USER_TOKEN", "another")
    monkeypatch.setenv("CERTBULK_BASE_URL", ELSEWHERE)
    assert '"chain_id": 706028' in certbulk("--profile", "spa-east", "list", "--json").stdout
    line = ("--profile", "spa-east", "list", "--json", "--chain-id", "706555")
    assert '"chain_id": 706555' in certbulk(*line).stdout
    assert spa.requests


def test_the_default_profile_comes_last(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is used without a name, after the environment and the `.env` file."""
    write("default", 'chain_id = 1\ntime_zone = "Europe/Berlin"\nper_minute = 60\n')
    Path(".env").write_text("CERTBULK_CHAIN_ID=2\n")
    assert (Settings.load().chain_id, Settings.load().time_zone) == (2, "Europe/Berlin")
    monkeypatch.setenv("CERTBULK_CHAIN_ID", "3")
    assert Settings.load().chain_id == 3
    assert Settings.load(profile="default").chain_id == 1
    assert Settings.load(profile="").time_zone == "UTC"
    kept.set_password(
        "certbulk", "profile default: user_token for https://api.alteg.io/api/v1", "of-default"
    )
    assert Settings.load().need("user_token") == "of-default"
    monkeypatch.setenv("CERTBULK_USER_TOKEN", "of-environment")
    assert Settings.load().need("user_token") == "of-environment"
    assert Settings.load(profile="default").need("user_token") == "of-default"


def test_an_address_that_was_changed_gets_no_token(
    spa: cb.Sandbox, certbulk: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither those of the profile, which are kept for its address, nor those set elsewhere."""
    write("spa-east", f'base_url = "{ELSEWHERE}"\nchain_id = 706028\n')
    one_line(certbulk("--profile", "spa-east", "list"), "keyring has none")
    monkeypatch.setenv("CERTBULK_PARTNER_TOKEN", spa.server.partner_token)
    refused = certbulk("--profile", "spa-east", "list")
    one_line(refused, "CERTBULK_BASE_URL comes from the profile", "elsewhere.example", "spa-east")
    assert Settings.load(profile="spa-east").source_of("base_url") is Source.KEYRING
    assert spa.requests == []


def test_a_env_file_cannot_redirect_a_profile(kept: Kept, certbulk: Run) -> None:
    """Its tokens do not go to a host from there, and it cannot name a profile at all."""
    write("bare", "chain_id = 706028\n")
    for name in ("partner_token", "user_token"):
        kept.set_password("certbulk", f"profile bare: {name} for {ELSEWHERE}", "secret")
    Path(".env").write_text(f"CERTBULK_BASE_URL={ELSEWHERE}\n")
    one_line(certbulk("--profile", "bare", "list"), "comes from the file", "the keyring")
    Path(".env").write_text("CERTBULK_PROFILE=bare\n")
    one_line(certbulk("list"), "sets CERTBULK_PROFILE, which certbulk does not take from a file")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('partner_token = "x"', "has partner_token, but a file of settings must have no tokens"),
        ('password = "x"', "must have no tokens"),
        ('user = "x"', "has user, which certbulk does not know there. Use base_url, chain_id"),
        ("chain_id = [1]", "a value for chain_id that is not a text or a number"),
        ("chain_id = -1", "CERTBULK_CHAIN_ID must be a whole number"),
        ("chain_id", "is not valid TOML"),
    ],
)
def test_a_profile_that_is_not_sound(certbulk: Run, text: str, says: str) -> None:
    """A sentence says what is wrong; a token in it is not shown."""
    write("bad", text)
    result = certbulk("--profile", "bad", "list")
    assert result.exit_code == 2
    assert says in result.stderr
    assert '"x"' not in result.output


@pytest.mark.parametrize("name", ["../spa", "Spa", "", "-x", "a/b", "a" * 41, "a.b", "ä"])
def test_names_that_no_profile_has(certbulk: Run, name: str) -> None:
    """A name is not a way to another folder."""
    one_line(certbulk("--profile", name, "list"), "cannot be the name of a profile", "spa-east")


def test_a_profile_that_is_not_there(certbulk: Run) -> None:
    """The line names those that are, and how to make it."""
    one_line(certbulk("--profile", "north", "list"), "There are none yet", "init --profile north")
    write("spa-east", "chain_id = 1")
    one_line(certbulk("--profile", "north", "list"), "There are: spa-east.")


def test_the_practice_server_needs_no_tokens_of_a_profile(certbulk: Run) -> None:
    """The time zone of a profile counts there, its chain and its address do not."""
    write("spa-east", 'chain_id = 7\nbase_url = "https://x.example"\ntime_zone = "Asia/Tokyo"\n')
    result = certbulk("--profile", "spa-east", "plan", csv("a.csv", {"id": "288901"}), "--sandbox")
    assert result.exit_code == 0, result.output
    assert "Asia/Tokyo" in result.stdout


def test_signing_in_for_a_profile(spa: cb.Sandbox, kept: Kept, certbulk: Run) -> None:
    """The user token is kept for the profile, in place of the older one."""
    entry = f"profile spa-east: user_token for {spa.url}"
    kept.set_password("certbulk", entry, "older")
    words = ("--profile", "spa-east", "login", "--user", "practice@example.com")
    result = certbulk(*words, answer="practice\n")
    assert "for the profile spa-east" in result.stdout
    assert kept.get_password("certbulk", entry) == spa.server.user_token


@pytest.fixture
def typed(kept: Kept, certbulk: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `init` for somebody who types these lines at a terminal, and has a keyring."""
    assert kept.passwords == {}
    terminal = SimpleNamespace(stdin=SimpleNamespace(isatty=lambda: True))
    monkeypatch.setattr("certbulk.cli.commands.setup.sys", terminal)
    return certbulk


def test_init_with_a_login(sandbox: cb.Sandbox, kept: Kept, typed: Run, certbulk: Run) -> None:
    """It asks, tests, writes the settings without tokens, and keeps the tokens."""
    answers = [sandbox.url, sandbox.server.partner_token, "practice@example.com", "practice"]
    answers += [str(sandbox.chain_id), "Europe/Lisbon", "120"]
    result = typed("init", "--profile", "spa-east", answer="\n".join([*answers, ""]))
    assert result.exit_code == 0, result.output
    assert "Account settings" in result.stderr  # where the partner token is from
    assert f"{sandbox.chain_id}  Harbour & Pine Spa" in result.stderr
    assert "9 types" in result.stdout
    assert result.stdout.endswith("certbulk --profile spa-east list\n")
    text = profile_path("spa-east").read_text()
    assert "per_minute = 120" in text
    assert 'time_zone = "Europe/Lisbon"' in text
    for name in ("partner_token", "user_token"):
        token = getattr(sandbox.server, name)
        assert kept.get_password("certbulk", f"profile spa-east: {name} for {sandbox.url}") == token
        assert token not in text + result.output
    assert certbulk("--profile", "spa-east", "list").exit_code == 0
    again = typed("init", "--profile", "spa-east", answer="")
    one_line(again, "exists already", "--overwrite")


def test_init_with_tokens_that_are_set(
    service: cb.Sandbox, kept: Kept, typed: Run, folder: Path
) -> None:
    """They are not asked for and not kept again; without a name it is the default profile."""
    result = typed("init", answer="\n706028\n\n\n")
    assert result.exit_code == 0, result.output
    assert [path.name for path in folder.iterdir()] == ["default.toml"]
    assert kept.passwords == {}
    assert result.stdout.endswith(": certbulk list\n")
    assert service.requests


def test_init_asks_again(service: cb.Sandbox, kept: Kept, typed: Run) -> None:
    """An answer that cannot be is refused with a sentence, and what was typed before is kept."""
    answers = ["foo", "", "12", "x", "706028", "Nowhere", "UTC", "0", "9"]
    result = typed("init", answer="\n".join([*answers, ""]))
    assert result.exit_code == 0, result.output
    for says in (
        '"foo" is not the address of a service',
        "Your login has no chain 12",
        "a whole number such as",
        '"Nowhere" is not a time zone',
        '"0" is not a whole number above 0',
    ):
        assert says in result.stderr
    assert "per_minute = 9\n" in profile_path("default").read_text()
    assert kept.passwords == {}
    assert service.requests


def test_init_tests_before_it_writes(sandbox: cb.Sandbox, kept: Kept, typed: Run) -> None:
    """A chain that cannot be read, a token that is not accepted: nothing is kept."""
    answers = [sandbox.url, sandbox.server.partner_token, "", "wrong", "706028", ""]
    result = typed("init", answer="\n".join(answers))
    assert result.exit_code == 2
    assert kept.passwords == {}
    assert not profile_path("default").exists()


def test_init_without_a_terminal(certbulk: Run) -> None:
    """It does not wait for anybody, and says what to do."""
    one_line(certbulk("init"), "no terminal to ask at", "CERTBULK_PARTNER_TOKEN")


@pytest.mark.parametrize("answer", ["", "\n"])
def test_init_that_is_given_up(sandbox: cb.Sandbox, typed: Run, answer: str) -> None:
    """The end of the input ends it, and leaves nothing behind."""
    result = typed("init", answer=answer)
    assert result.exit_code == 3
    assert not profile_path("default").exists()
    assert sandbox.requests == []


def test_init_without_a_keyring(typed: Run, kept: Kept) -> None:
    """Nobody is asked for a token that could not be kept."""
    assert kept.passwords == {}
    keyring.set_keyring(fail.Keyring())  # type: ignore[no-untyped-call]
    one_line(typed("init", answer=""), "The tokens could not be kept", "CERTBULK_PARTNER_TOKEN")


def test_the_table_of_settings() -> None:
    """It has every setting with its default, and the example file is made from it."""
    fields = Settings.model_fields
    assert {setting.name for setting in SETTINGS} == set(fields)
    for setting in SETTINGS:
        default = fields[setting.name].default
        if isinstance(default, str | int | float):
            assert str(default).removesuffix(".0") == setting.default
    assert (ROOT / "sample_data" / ".env.example").read_text(encoding="utf-8") == env_example()


def test_the_example_file_can_be_used(sandbox: cb.Sandbox) -> None:
    """Filled in as it is, its settings are understood."""
    text = env_example()
    assert "](" not in text
    for name in ("partner_token", "user_token"):
        empty = f"CERTBULK_{name.upper()}="
        text = text.replace(f"{empty}\n", f"{empty}{getattr(sandbox.server, name)}\n")
    Path(".env").write_text(text.replace("# CERTBULK_", "CERTBULK_"), encoding="utf-8")
    settings = Settings.load()
    assert settings.chain_id == 706028
    assert settings.need("user_token") == sandbox.server.user_token
    assert (settings.time_zone, settings.per_minute) == ("Europe/Berlin", 180)
