"""Tokens are secrets wherever something is printed, raised, logged or kept."""

import copy
import logging
import pickle
import traceback
from typing import Any

import pandas as pd
import pytest

import certbulk as cb
from certbulk.sandbox import Faults
from certbulk.settings import Settings
from tests.conftest import FAST, UNLIMITED, FakeClock
from tests.sandbox.talk import body

from .service import PARTNER, USER, Service, answer

SECRETS = ("partner-7f3a", "user-9c1e")
GIVEN: dict[str, Any] = {"partner_token": SECRETS[0], "user_token": SECRETS[1]}


def assert_clean(*texts: object) -> None:
    """Fail when a token is in one of the texts, also as bytes."""
    for text in texts:
        shown = text.decode("latin-1") if isinstance(text, bytes) else str(text)
        for secret in (*SECRETS, PARTNER, USER):
            assert secret not in shown


@pytest.fixture
def secretive() -> Any:
    sandbox = cb.Sandbox(limits=UNLIMITED, **GIVEN)
    with sandbox:
        yield sandbox


def objects_of(client: cb.Client) -> list[object]:
    """Return a client and everything it is made of."""
    found: list[object] = [client]
    for each in found:
        inside = vars(each).values() if hasattr(each, "__dict__") else ()
        found += [one for one in inside if type(one).__module__.startswith("certbulk")]
    return found


def test_nothing_shows_them(secretive: cb.Sandbox) -> None:
    """The client, its parts and its settings print without tokens."""
    client = secretive.client()
    client.list()
    settings = Settings.load(**GIVEN)
    for one in [*objects_of(client), secretive, settings, settings.model_dump()]:
        assert_clean(repr(one), str(one), f"{one}")
    assert_clean(settings.model_dump_json())
    assert len(objects_of(client)) > 3


@pytest.mark.parametrize("pack", [pickle.dumps, copy.copy, copy.deepcopy])
def test_nothing_packs_them(secretive: cb.Sandbox, pack: Any) -> None:
    """A client is not pickled, and what cannot be packed says so without its tokens."""
    client = secretive.client()
    for one in objects_of(client):
        try:
            packed = pack(one)
        except TypeError as error:
            assert_clean(error)
        else:
            assert_clean(packed if isinstance(packed, bytes) else repr(packed))


def test_logs_have_none(secretive: cb.Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    """With every logger at its most talkative, urllib3's among them, no token is logged."""
    caplog.set_level(logging.DEBUG)
    for name in ("urllib3", "requests", "http.client", "sqlalchemy.engine"):
        caplog.set_level(logging.DEBUG, logger=name)
    secretive.faults = Faults(script=("server_error", "closed", None, None, "html_forbidden"))
    client = secretive.client(**FAST, clock=FakeClock())
    client.list()
    with pytest.raises(cb.AccessError):
        client.create(body())
    assert "urllib3" in {record.name.partition(".")[0] for record in caplog.records}
    assert_clean(caplog.text, *(record.__dict__ for record in caplog.records))


FAULTS = ["server_error", "closed", "lost_answer", "garbled", "html_forbidden", "false_success"]


@pytest.mark.parametrize("kind", FAULTS)
def test_errors_have_none(secretive: cb.Sandbox, kind: str) -> None:
    """An error, its traceback and whatever it was raised from are clean."""
    secretive.faults = Faults(**{kind: 1.0})  # type: ignore[arg-type]
    client = secretive.client(**FAST, clock=FakeClock())
    with pytest.raises(cb.ServiceError) as caught:
        client.create(body())
    lines = traceback.TracebackException.from_exception(caught.value, capture_locals=True).format()
    assert_clean(*lines, repr(caught.value), caught.value.args, caught.value.fields)


def test_a_service_that_repeats_them() -> None:
    """A refusal that quotes the request's tokens does not put them into the error."""
    document = {
        "success": False,
        "meta": {
            "message": f"Bad header: Bearer {PARTNER}, User {USER}",
            "errors": {USER: PARTNER},
        },
    }
    with Service(answer(400, document)) as service, pytest.raises(cb.RejectedError) as caught:
        service.client().create({})
    assert_clean(caught.value, caught.value.fields)


BAD_TOKENS = ["", " ", "two words", "line\nbreak", "tab\tbed", "na\u00efve", "\x00", "a\r\nHost: b"]


@pytest.mark.parametrize("token", BAD_TOKENS)
@pytest.mark.parametrize("name", ["partner_token", "user_token"])
def test_a_token_that_cannot_be_right(name: str, token: str) -> None:
    """A token with white space or other letters in it is refused by its name, without its text."""
    given = {**GIVEN, name: f"7f3a{token}9c1e" if token else ""}
    with pytest.raises(cb.SettingsError, match=f"CERTBULK_{name.upper()}") as caught:
        cb.Client("https://api.alteg.io/api/v1", 1, **given)
    assert "7f3a" not in str(caught.value)
    lines = traceback.format_exception(caught.value)
    assert not any("7f3a" in line for line in lines)


def test_plans_and_runs_have_none(secretive: cb.Sandbox, tmp_path: Any) -> None:
    """Neither a plan nor a run nor what they are kept in knows a token."""
    frame = pd.DataFrame({"id": [288901], "balance": [55]})
    client = secretive.client(**FAST, clock=FakeClock())
    plan = cb.plan(cb.validate(cb.read(frame)), client)
    run = cb.apply(plan, client, progress=False)
    assert run.ok
    workbook = run.to_excel(tmp_path / "results.xlsx")
    assert_clean(repr(plan), plan._repr_html_(), plan.as_dict(), repr(run), run._repr_html_())
    assert_clean(pickle.dumps(plan), pickle.dumps(run.outcomes), workbook.read_bytes())
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(kept) > 1
    assert_clean(*(path.read_bytes() for path in kept))
