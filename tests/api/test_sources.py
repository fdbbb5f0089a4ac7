"""What settings come from, tried as somebody would who can put a file into a folder."""

import json
import os
import pickle
from pathlib import Path
from typing import Any

import pytest

import certbulk as cb
from certbulk.settings import DEFAULT_BASE_URL, Settings
from certbulk.settings.sources import HANDED_OVER, EnvFile, Source, environment_for_child

EVIL = "https://evil.example/api/v1"
SECRETS = {"partner_token": "partner-4711", "user_token": "user-4712"}
SETTERS = ("option", "environment", "keyring", "file")
RANK = {"option": 3, "environment": 2, "keyring": 1, "file": 0}


def put(monkeypatch: pytest.MonkeyPatch, settings: dict[str, tuple[str, str]]) -> dict[str, Any]:
    """Put each setting where it is to come from, and return those that are options."""
    given: dict[str, str | int] = {"chain_id": 5}
    lines = []
    for name, (where, value) in settings.items():
        if where == "option":
            given[name] = value
        elif where == "environment":
            monkeypatch.setenv(f"CERTBULK_{name.upper()}", value)
        elif where == "file":
            lines.append(f"CERTBULK_{name.upper()}={value}\n")
        else:
            monkeypatch.setattr(
                "certbulk.settings.stored_user_token", {EVIL: value, DEFAULT_BASE_URL: value}.get
            )
    Path(".env").write_text("".join(lines))
    return given


@pytest.mark.parametrize("user", SETTERS)
@pytest.mark.parametrize("partner", ["option", "environment", "file"])
@pytest.mark.parametrize("host", ["option", "environment", "file"])
def test_a_host_is_trusted_no_less_than_its_secrets(
    host: str, partner: str, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every combination: a host that comes from a place trusted less gets nothing, by name."""
    given = put(
        monkeypatch,
        {
            "base_url": (host, EVIL),
            "partner_token": (partner, SECRETS["partner_token"]),
            "user_token": (user, SECRETS["user_token"]),
        },
    )
    if RANK[host] >= max(RANK[partner], RANK[user]):
        assert cb.Client.from_env(**given).host == "evil.example"
        return
    with pytest.raises(cb.SettingsError, match=r"evil\.example") as caught:
        cb.Client.from_env(**given)
    said = str(caught.value)
    words = {"file": str(Path.cwd() / ".env"), "environment": "environment", "option": "option"}
    assert words[host] in said.partition(", and ")[0]
    assert not [secret for secret in SECRETS.values() if secret in said]


@pytest.mark.parametrize("url", [DEFAULT_BASE_URL, f"{DEFAULT_BASE_URL}/"])
def test_the_usual_host_is_no_matter_of_trust(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that names the documented host changes nothing."""
    secrets = {name: ("environment", value) for name, value in SECRETS.items()}
    given = put(monkeypatch, {"base_url": ("file", url), **secrets})
    assert cb.Client.from_env(**given).host == "api.alteg.io"
    assert Settings.load().host_in_words == "api.alteg.io"


@pytest.mark.parametrize("name", ["CERTBULK_BASE_URL", "certbulk_base_url", "Certbulk_Base_Url"])
def test_a_file_in_any_spelling(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small letters, `export` and quotation marks make it no other file."""
    for secret, value in SECRETS.items():
        monkeypatch.setenv(f"CERTBULK_{secret.upper()}", value)
    Path(".env").write_text(f"export {name} = '{EVIL}'\n")
    with pytest.raises(cb.SettingsError, match=r"\.env"):
        cb.Client.from_env(chain_id=5)


def test_a_file_fetches_nothing_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """`${NAME}` stays as it is: else a file could send any secret of the environment away."""
    monkeypatch.setenv("CLOUD_SECRET", "cloud-4713")
    Path(".env").write_text(
        "CERTBULK_BASE_URL=https://evil.example/${CLOUD_SECRET}\n"
        "CERTBULK_PARTNER_TOKEN=${CLOUD_SECRET}\nCERTBULK_USER_TOKEN=${CLOUD_SECRET:-x}\n"
    )
    settings = Settings.load()
    taken = [settings.need(name) for name in ("base_url", "partner_token", "user_token")]
    assert not [value for value in taken if "cloud-4713" in value]


REACHING = {
    "CERTBULK_STATE_DIR": "/tmp/theirs",  # noqa: S108 (never made)
    "certbulk_state_dir": "theirs",
    "CERTBULK_PER_SECOND": "4.5",
    "CERTBULK_PER_MINUTE": "181",
    "HTTPS_PROXY": "http://evil.example:3128",
    "https_proxy": "http://evil.example:3128",
    "ALL_PROXY": "socks5://evil.example",
    "no_proxy": "*",
}


@pytest.mark.parametrize("name", REACHING)
def test_what_a_file_may_not_set(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A state folder, a proxy, a pace above the default: an error that says where to set it."""
    monkeypatch.delenv("CERTBULK_STATE_DIR")
    for proxy in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(proxy, raising=False)
        monkeypatch.delenv(proxy.lower(), raising=False)
    Path(".env").write_text(f"{name}={REACHING[name]}\n")
    with pytest.raises(cb.SettingsError, match=name.upper()) as caught:
        Settings.load()
    assert "in the environment" in str(caught.value)
    assert str(Path(".env").absolute()) in str(caught.value)
    monkeypatch.setenv(name.upper(), "3" if "PER" in name else "/elsewhere")
    assert Settings.load().source_of("chain_id") is Source.DEFAULT, "what is set before it counts"


def test_a_pace_up_to_the_default_may_stand_in_a_file() -> None:
    """Slower is always allowed."""
    Path(".env").write_text("CERTBULK_PER_SECOND=4\nCERTBULK_PER_MINUTE=60\n")
    assert (Settings.load().per_second, Settings.load().per_minute) == (4.0, 60)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_packed_settings_have_no_tokens(protocol: int) -> None:
    """Whatever wrote them down: a pickle of settings has no token, and all else."""
    settings = Settings.load(**SECRETS, chain_id=5, base_url=EVIL)
    packed = pickle.dumps(settings, protocol)
    assert not [secret for secret in SECRETS.values() if secret.encode() in packed]
    unpacked = pickle.loads(packed)  # noqa: S301 (our own)
    assert (unpacked.chain_id, unpacked.base_url) == (5, EVIL)
    with pytest.raises(cb.SettingsError, match="PARTNER_TOKEN is not set"):
        unpacked.need("partner_token")
    assert settings.need("user_token") == SECRETS["user_token"], "the original has them still"


def test_a_child_has_the_settings_of_its_parent(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """In another folder, with another `.env` in it, and each from where the parent has it."""
    secrets = {name: ("environment", value) for name, value in SECRETS.items()}
    put(monkeypatch, {"base_url": ("file", EVIL), "time_zone": ("file", "Asia/Tbilisi"), **secrets})
    monkeypatch.setenv("CERTBULK_STATE_DIR", "state")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(["", "lib", "/opt/lib"]))
    here = Path.cwd()
    child = environment_for_child()
    assert child["PYTHONPATH"].split(os.pathsep)[:2] == [str(here / "lib"), "/opt/lib"]
    assert child["PYTHONSAFEPATH"] == "1"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    Path(".env").write_text("CERTBULK_TIME_ZONE=Europe/Rome\n")
    for name, value in child.items():
        monkeypatch.setenv(name, value)
    settings = Settings.load()
    assert (settings.time_zone, settings.state_dir) == ("Asia/Tbilisi", here / "state")
    with pytest.raises(cb.SettingsError, match=str(here / ".env")):
        settings.need("partner_token")
    assert environment_for_child()[HANDED_OVER] == child[HANDED_OVER], "a grandchild has them, too"


def test_trouble_with_the_file_reaches_the_child(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is not a text, and a variable that somebody else has set."""
    Path(".env").write_bytes(b"\xff\xfe")
    handed = environment_for_child()[HANDED_OVER]
    Path(".env").unlink()
    for document in (handed, "/home/me/.env", json.dumps(["x"]), json.dumps({"path": 1})):
        monkeypatch.setenv(HANDED_OVER, document)
        with pytest.raises(cb.SettingsError):
            EnvFile.found()
