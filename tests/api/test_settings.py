import os
import traceback
from pathlib import Path
from typing import Any

import pytest

import certbulk as cb
from certbulk.settings import DEFAULT_BASE_URL, Settings
from tests.steps import steps_of

ALL = {
    "base_url": ("https://one.example/v1", "https://two.example/v1", "https://three.example/v1"),
    "chain_id": (1, 2, 3),
    "partner_token": ("partner-one", "partner-two", "partner-three"),
    "user_token": ("user-one", "user-two", "user-three"),
    "per_second": (1.5, 2.5, 3.5),
    "per_minute": (10, 20, 30),
    "time_zone": ("Europe/Berlin", "Asia/Tbilisi", "Europe/Tallinn"),
    "state_dir": (Path("/one"), Path("/two"), None),  # no folder comes from a file
}
MINIMUM: dict[str, Any] = {"chain_id": 1, "partner_token": "partner", "user_token": "user"}


def variable(name: str) -> str:
    return f"CERTBULK_{name.upper()}"


def value(settings: Settings, name: str) -> Any:
    return settings.need(name)


@pytest.mark.parametrize("name", ALL)
def test_arguments_before_environment_before_file(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each setting comes from the first place that has it."""
    argument, environment, file = ALL[name]
    monkeypatch.delenv("CERTBULK_STATE_DIR")
    if file is not None:
        Path(".env").write_text(f"{variable(name)}={file}\n")
        assert value(Settings.load(), name) == file
    monkeypatch.setenv(variable(name), str(environment))
    assert value(Settings.load(), name) == environment
    assert value(Settings.load(**{name: argument}), name) == argument
    assert value(Settings.load(**{name: None}), name) == environment
    monkeypatch.setenv(variable(name), "")
    assert file is None or value(Settings.load(), name) == file


def test_defaults(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without any setting: the documented address, 4 a second and 180 a minute, UTC."""
    monkeypatch.delenv("CERTBULK_STATE_DIR")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    settings = Settings.load()
    assert (settings.base_url, settings.chain_id) == (DEFAULT_BASE_URL, None)
    assert (settings.per_second, settings.per_minute, settings.time_zone) == (4.0, 180, "UTC")
    assert settings.state_dir.name == "certbulk"


def test_a_client_from_the_environment(
    sandbox: cb.Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The four variables are all that a client needs."""
    monkeypatch.setenv("CERTBULK_BASE_URL", sandbox.url)
    monkeypatch.setenv("CERTBULK_CHAIN_ID", str(sandbox.chain_id))
    monkeypatch.setenv("CERTBULK_PARTNER_TOKEN", sandbox.server.partner_token)
    monkeypatch.setenv("CERTBULK_USER_TOKEN", sandbox.server.user_token)
    monkeypatch.setenv("CERTBULK_PER_SECOND", "7")
    monkeypatch.setenv("CERTBULK_PER_MINUTE", "70")
    monkeypatch.setenv("CERTBULK_TIME_ZONE", "Europe/Riga")
    with cb.Client.from_env() as client:
        assert len(client.list()) == 9
        assert (client.pace.per_second, client.pace.per_minute) == (7.0, 70)
        assert client.time_zone == "Europe/Riga"


def test_a_file_in_other_dress(monkeypatch: pytest.MonkeyPatch) -> None:
    """Quotation marks, comments, `export` and spaces around are what such files have."""
    Path(".env").write_text(
        "# mine\nexport CERTBULK_CHAIN_ID=7\nCERTBULK_USER_TOKEN='user'\n"
        'CERTBULK_PARTNER_TOKEN = "partner"  # the long one\nOTHER=thing\n'
    )
    monkeypatch.setenv("CERTBULK_UNKNOWN", "thing")
    settings = Settings.load()
    assert [settings.need(name) for name in MINIMUM] == [7, "partner", "user"]


def test_a_file_with_a_byte_order_mark() -> None:
    """Windows' own editor puts a mark before the first line; the first setting counts."""
    Path(".env").write_text("CERTBULK_CHAIN_ID=7\n", encoding="utf-8-sig")
    assert Settings.load().need("chain_id") == 7


@pytest.mark.parametrize(
    "content",
    [b"CERTBULK_CHAIN_ID=\xff\xfe\n", b"\xff\xfeC\0E\0", b"\x80\x81" * 50],
    ids=["a word", "UTF-16", "bytes"],
)
def test_a_file_that_is_no_text(content: bytes) -> None:
    """A `.env` file that cannot be read is a setting that cannot be right, no crash."""
    Path(".env").write_bytes(content)
    with pytest.raises(cb.SettingsError, match=r"\.env"):
        Settings.load()


@pytest.mark.parametrize("name", MINIMUM)
def test_what_is_missing_is_named(name: str) -> None:
    """The message is one line that names the variable and says how to give it."""
    given = {key: value for key, value in MINIMUM.items() if key != name}
    with pytest.raises(cb.SettingsError, match=f"{variable(name)} is not set") as caught:
        cb.Client.from_env(**given)
    assert ".env" in str(caught.value)
    assert "environment" in str(caught.value)
    assert "\n" not in str(caught.value)


WRONG = {
    "chain_id": ["0", "-1", "x", "1.5", "7e9x"],
    "per_second": ["0", "-1", "x", "nan", "inf", "1e9"],
    "per_minute": ["0", "-1", "x", "1.5", "9999999"],
}


@pytest.mark.parametrize(
    ("name", "text"), [(name, text) for name, texts in WRONG.items() for text in texts]
)
def test_what_cannot_be_right_is_named(
    name: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A value out of its range is refused on one line, by its variable or by its argument."""
    monkeypatch.setenv(variable(name), text)
    with pytest.raises(cb.SettingsError, match=variable(name)) as caught:
        Settings.load()
    assert "\n" not in str(caught.value)
    with pytest.raises(cb.SettingsError, match=f"^{name} must be"):
        cb.Client.from_env(**{**MINIMUM, name: text})


@pytest.mark.parametrize("name", ["chain_id", "per_second", "per_minute"])
def test_a_token_in_the_wrong_place_is_not_echoed(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who pastes a token into another variable does not find it in the error."""
    monkeypatch.setenv(variable(name), "7f3a-secret")
    with pytest.raises(cb.SettingsError) as caught:
        Settings.load()
    assert not any("7f3a" in line for line in traceback.format_exception(caught.value))


def test_a_time_zone_that_is_none() -> None:
    """A name that is not a time zone is refused, with two that are."""
    from certbulk.settings import time_zone

    for name in ("Mars/Olympus", "", "../etc/passwd", "Europe/\x00", "a" * 5000):
        with pytest.raises(cb.SettingsError, match="Europe/Berlin"):
            time_zone(name)


def test_an_argument_that_is_no_setting() -> None:
    """A misspelt argument is an error: without it, the run would go to another chain."""
    with pytest.raises(TypeError, match="chian_id"):
        cb.Client.from_env(**{**MINIMUM, "chian_id": 2})


def test_settings_are_loaded_in_few_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every verb loads them, some of them several times."""
    for name in [name for name in os.environ if not name.startswith("CERTBULK_")]:
        monkeypatch.delenv(name)
    Settings.load()  # what is only imported now is imported once
    assert steps_of(Settings.load) < 2_500
