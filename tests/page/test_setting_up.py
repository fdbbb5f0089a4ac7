"""Setting a chain up on the page: tokens are tried, kept in the keyring, and never shown."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import keyring
import pytest

import certbulk as cb
from certbulk.sandbox import SEED
from certbulk.settings import tokens
from certbulk.settings.profiles import profile_names, profile_path
from tests.conftest import ROOT, UNLIMITED

from .keyrings import FILE, FileKeyring
from .screen import Screen

SAMPLES = ROOT / "sample_data"
PARTNER, USER = "partner-secret-4711", "user-secret-4712"
LOGIN, PASSWORD = "owner@example.com", "pass-word-4713"


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FileKeyring]:
    """A keyring of the test's own, and no settings."""
    monkeypatch.setenv(FILE, str(tmp_path / "keyring.json"))
    monkeypatch.setenv("CERTBULK_STATE_DIR", str(tmp_path / "state"))
    for name in ("CHAIN_ID", "PARTNER_TOKEN", "USER_TOKEN"):
        monkeypatch.delenv(f"CERTBULK_{name}", raising=False)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "tests.page.keyrings.FileKeyring")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))  # for the process that sends
    monkeypatch.setenv("CERTBULK_PER_SECOND", "300")
    monkeypatch.setenv("CERTBULK_PER_MINUTE", "18000")
    before, ours = keyring.get_keyring(), FileKeyring()
    keyring.set_keyring(ours)
    yield ours
    keyring.set_keyring(before)


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[cb.Sandbox]:
    """The service, at the address that the environment names."""
    sandbox = cb.Sandbox(
        limits=UNLIMITED, partner_token=PARTNER, user_token=USER, login=LOGIN, password=PASSWORD
    )
    with sandbox:
        monkeypatch.setenv("CERTBULK_BASE_URL", str(sandbox.url))
        yield sandbox


@pytest.fixture
def screen() -> Iterator[Screen]:
    """A page that has said hello."""
    found = Screen()
    found.do("hello")
    yield found
    found.controller.close()


def chain(screen: Screen, key: str = "real") -> dict[str, Any]:
    """Return what the page shows of a chain, once it is known whose it is."""
    view = screen.until_true(
        lambda view: any(p["key"] == key and p["facts"] for p in view["destinations"])
    )
    return next(destination for destination in view["destinations"] if destination["key"] == key)


def sign_in(screen: Screen, **typed: str) -> dict[str, Any]:
    """Open the form and fill it in."""
    form = screen.do("set_up")["aside"]
    return screen.do("sign_in", **{"address": form["address"], "partner": PARTNER, **typed})


def test_a_first_start_ends_with_a_card_that_says_whose_the_chain_is(
    service: cb.Sandbox, screen: Screen, kept: FileKeyring
) -> None:
    """Login and password give the token; what is kept is all that the next page needs."""
    assert screen.view["destinations"][1]["trouble"]["text"]
    view = sign_in(screen, login=LOGIN, password=PASSWORD)
    assert [one["title"] for one in view["aside"]["chains"]], view["trouble"]
    assert view["aside"]["first"]
    view = screen.do("keep_chain", chain=str(service.chain_id))
    assert (view["aside"], view["trouble"]["text"]) == (None, "")
    destination = chain(screen)
    assert (destination["trouble"]["text"], destination["facts"]["locations"]) == ("", 4)
    assert destination["facts"]["title"]
    assert set(kept.kept.values()) == {PARTNER, USER}
    assert "secret" not in profile_path("default").read_text("utf-8")
    view = screen.do("choose", destination="real")
    assert (view["step"], view["destination"]["title"]) == ("file", destination["facts"]["title"])
    assert screen.upload(SAMPLES / "certificate_types.xlsx")["report"]["bad"] == 0


def test_no_token_is_shown_remembered_or_written(
    service: cb.Sandbox, screen: Screen, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither in a view or an answer, nor in a file of the state folder, nor in a log."""
    shown: list[str] = []
    show = screen.controller._show  # noqa: SLF001 (all that goes out)

    def hear(view: dict[str, Any]) -> None:
        shown.append(json.dumps(view))
        show(view)

    screen.controller._show = hear  # noqa: SLF001
    sign_in(screen, user="user-wrong-4714")
    screen.do("keep_chain", chain=str(service.chain_id))
    assert "HTTP 401" in screen.view["trouble"]["text"]
    sign_in(screen, login=LOGIN, password=PASSWORD)
    screen.do("keep_chain", chain="1")
    screen.do("keep_chain", chain=str(service.chain_id))
    chain(screen)
    files = [path.read_bytes() for path in (tmp_path / "state").rglob("*") if path.is_file()]
    heard = "".join(
        [*shown, json.dumps(screen.answers), caplog.text, repr(screen.controller.state)]
    )
    for secret in (PARTNER, USER, PASSWORD, "user-wrong-4714"):
        assert secret not in heard
        assert not any(secret.encode() in data for data in files)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({}, "Enter the partner token, and either"),
        ({"login": LOGIN}, "Enter the partner token, and either"),
        ({"user": USER, "partner": ""}, "Enter the partner token, and either"),
        ({"login": LOGIN, "password": "wrong"}, "does not accept the login and password"),
        ({"user": USER, "address": "http://elsewhere.example"}, "Without TLS"),
    ],
)
def test_what_is_missing_or_wrong_is_told_and_the_form_stays(
    service: cb.Sandbox, screen: Screen, typed: dict[str, str], says: str
) -> None:
    """Nothing is kept, and it can be typed again."""
    del service
    view = sign_in(screen, **typed)
    assert says in view["trouble"]["text"]
    assert (view["aside"]["kind"], view["aside"]["signed_in"]) == ("form", False)
    assert profile_names() == []


@pytest.mark.parametrize("number", ["", "x", "-1", "1.5", "9" * 40])
def test_an_id_that_cannot_be_one_is_refused(
    service: cb.Sandbox, screen: Screen, number: str
) -> None:
    """Before the service is asked."""
    sign_in(screen, user=USER)
    asked = len(service.requests)
    view = screen.do("keep_chain", chain=number)
    assert view["trouble"]["text"].startswith("Choose a chain, or type its id")
    assert (len(service.requests), profile_names()) == (asked, [])


@pytest.mark.campaign
def test_a_second_chain_gets_a_name_of_its_own(service: cb.Sandbox, screen: Screen) -> None:
    """It is another card, sends with its own tokens, and no profile is replaced by it."""
    for _ in range(2):
        sign_in(screen, user=USER)
        view = screen.do("keep_chain", chain=str(service.chain_id))
    assert profile_names() == [f"chain-{service.chain_id}", "default"]
    assert [destination["key"] for destination in view["destinations"]][1:] == [
        "real",
        "profile-chain-706028",
    ]
    sign_in(screen, user=USER)
    for name, says in (("default", "There is a chain called default"), ("No!", "cannot be a name")):
        view = screen.do("keep_chain", chain=str(service.chain_id), name=name)
        assert says in view["trouble"]["text"]
    view = screen.do("keep_chain", chain=str(service.chain_id), name="spa-east")
    screen.do("choose", destination="profile-spa-east")
    screen.upload(SAMPLES / "certificate_types.xlsx")
    writes = screen.do("plan")["plan"]["writes"]
    screen.do("send", typed=str(writes))
    assert screen.until("results")["run"]["state"] == "finished"


def test_expired_tokens_are_told_on_the_card_and_renewed(
    service: cb.Sandbox, screen: Screen, kept: FileKeyring
) -> None:
    """The partner token that is kept is used again; its chain and settings stay."""
    sign_in(screen, user=USER)
    screen.do("keep_chain", chain=str(service.chain_id))
    kept.give_up("user_token", "user-expired-4715")
    again = Screen()
    again.do("hello")
    facts = chain(again)["facts"]
    assert (facts["expired"], facts["renews"]) == (True, "default")
    view = again.do("set_up", profile="default")
    assert (view["aside"]["profile"], view["aside"]["chain"]) == ("default", service.chain_id)
    assert view["aside"]["partner"]
    again.do("sign_in", user=USER, address="https://elsewhere.example")
    view = again.do("keep_chain")
    assert (view["aside"], view["trouble"]["text"]) == (None, "")
    assert chain(again)["facts"]["locations"] == 4
    again.controller.close()


@pytest.mark.campaign
def test_without_a_keyring_tokens_are_held_while_the_page_runs(
    service: cb.Sandbox, screen: Screen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process that sends has them too; they are in no file, and are asked for again later."""
    monkeypatch.setattr(FileKeyring, "set_password", lambda *_: 1 / 0)
    held: dict[str, str] = {}
    monkeypatch.setattr(tokens, "_HELD", held)
    assert (
        screen.do("set_up")["aside"]["trouble"]["text"]
        == "the keyring of this system is missing or does not work"
    )
    sign_in(screen, user=USER)
    screen.do("keep_chain", chain=str(service.chain_id))
    assert chain(screen)["facts"]["locations"] == 4
    assert set(held.values()) == {PARTNER, USER}
    monkeypatch.delenv("CERTBULK_BASE_URL")  # from now on it is the profile's
    screen.do("choose", destination="real")
    screen.upload(SAMPLES / "certificate_types.xlsx")
    screen.do("send", typed=str(screen.do("plan")["plan"]["writes"]))
    assert screen.until("results")["run"]["state"] == "finished"
    files = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    settings = profile_path("default").read_bytes()
    assert not any(t.encode() in data for t in (PARTNER, USER) for data in [*files, settings])

    remembered = screen.view["remember"]
    held.clear()  # the program has ended, and was started again
    again = Screen()
    view = again.do("hello", **remembered)
    destination = view["destinations"][1]
    assert (destination["trouble"]["key"], destination["renews"]) == ("chain.no_tokens", "default")
    assert view["waiting"] == {"file": "", "run": remembered["run"]}
    again.do("set_up", profile="default")
    again.do("sign_in", user=USER, partner=PARTNER)
    assert again.do("keep_chain")["destinations"][1]["trouble"]["text"] == ""
    view = again.do("choose", destination="real")
    assert (view["step"], view["run"]["id"]) == ("results", remembered["run"])
    again.controller.close()


def test_a_plan_is_there_again_when_the_tokens_were_entered_anew(
    service: cb.Sandbox, screen: Screen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a keyring the next server has none. The plan and its ticks are kept, no token is."""
    monkeypatch.setattr(FileKeyring, "set_password", lambda *_: 1 / 0)
    held: dict[str, str] = {}
    monkeypatch.setattr(tokens, "_HELD", held)
    sign_in(screen, user=USER)
    screen.do("keep_chain", chain=str(service.chain_id))
    monkeypatch.delenv("CERTBULK_BASE_URL")
    screen.do("choose", destination="real")
    screen.upload(SAMPLES / "certificate_types.xlsx")
    writes = screen.do("plan")["plan"]["writes"]
    left = {**screen.do("tick", row=2, on=False)["remember"], "mine": True}

    held.clear()  # the program has ended, and was started again
    again = Screen()
    view = again.do("hello", **left)
    assert (view["step"], view["waiting"]["file"]) == ("chain", "certificate_types.xlsx")
    assert all(view["remember"][name] == left[name] for name in ("destination", "kept"))
    assert not again.do("set_up", profile="default")["aside"]["partner"], "it is not kept either"
    again.do("sign_in", user=USER, partner=PARTNER)
    assert again.do("keep_chain")["waiting"] == {"file": "certificate_types.xlsx", "run": ""}
    view = again.do("choose", destination="real")
    assert (view["step"], view["waiting"], view["trouble"]["text"]) == ("plan", None, "")
    assert (view["plan"]["writes"], view["plan"]["out"]) == (writes - 1, 1)
    again.controller.close()
    files = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert not any(t.encode() in data for t in (PARTNER, USER) for data in files)


def test_an_address_from_a_folder_is_not_offered(
    screen: Screen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else may have put the file there, to be sent the tokens."""
    monkeypatch.chdir(tmp_path)
    Path(".env").write_text("CERTBULK_BASE_URL=https://elsewhere.example/api/v1\n")
    assert screen.do("set_up")["aside"]["host"] == "api.alteg.io"


def test_a_hostile_title_is_one_short_line(screen: Screen) -> None:
    """Of two hundred characters with control characters, sixty harmless ones are shown."""
    title = "\u202eevil\x07 <b>" + "a" * 200
    first, *others = SEED.chains
    seed = replace(SEED, chains=(replace(first, title=title), *others))
    with cb.Sandbox(limits=UNLIMITED, seed=seed, partner_token=PARTNER, user_token=USER) as sandbox:
        screen.do("set_up")
        view = screen.do("sign_in", address=sandbox.base_url, partner=PARTNER, user=USER)
    (shown,) = [one["title"] for one in view["aside"]["chains"] if one["id"] == first.id]
    assert len(shown) == 60
    assert "\u202e" not in shown
    assert "\x07" not in shown
