"""Both spellings of the service's paths and fields, over HTTP, with a server that takes one."""

from typing import Any, Literal

import pandas as pd
import pytest

import certbulk as cb
from certbulk.sandbox import Quirks
from certbulk.settings.spelling import SPELLINGS
from tests.conftest import FAST, FakeClock
from tests.sandbox.talk import body

Name = Literal["documented", "newer"]
BOTH: tuple[Name, ...] = ("documented", "newer")
OTHER: dict[Name, Name] = {"documented": "newer", "newer": "documented"}


def client_of(sandbox: cb.Sandbox, spelling: Name) -> cb.Client:
    return sandbox.client(**FAST, clock=FakeClock(), jitter=lambda: 1.0, api_spelling=spelling)


@pytest.fixture(params=BOTH)
def spelling(request: pytest.FixtureRequest, sandbox: cb.Sandbox) -> Name:
    """A spelling, the only one that the sandbox takes."""
    name: Name = request.param
    sandbox.quirks = Quirks(spelling=name)
    return name


def test_a_whole_run_in_either_spelling(sandbox: cb.Sandbox, spelling: Name) -> None:
    """Names are looked up, rows created and updated, and the run is verified."""
    client = client_of(sandbox, spelling)
    rows = [
        {"title": "New 500", "balance": 500, "salon_ids": "Harbour & Pine Baixa"},
        {"id": 288902, "balance": 110},  # its blank cells stay
    ]
    defaults: dict[str, Any] = {"item_type_id": 0, "expiration_type_id": 0, "is_multi": "yes"}
    defaults |= {"is_allow_empty_code": "no", "balance_edit_type_id": 1}
    sheet = cb.read(pd.DataFrame(rows), defaults=defaults)
    run = cb.apply(cb.plan(cb.validate(sheet), client), client, progress=False)
    assert [(o.status, o.verified) for o in run.outcomes] == [
        ("created", "yes"),
        ("updated", "yes"),
    ]
    made = client.get(run.outcomes[0].id or 0)
    assert made["salon_ids"] == [720441]
    sent = [seen.body for seen in sandbox.requests if seen.method in {"POST", "PUT"}]
    field = {"documented": "salon_ids", "newer": "location_ids"}[spelling]
    assert [[name for name in one if name.endswith("n_ids")] for one in sent] == [[field], [field]]
    assert {seen.path.split("/")[3] for seen in sandbox.requests} <= {
        "documented": {"chain", "company", "companies"},
        "newer": {"chains", "locations"},
    }[spelling]


def test_a_deletion_and_the_records_of_lists(sandbox: cb.Sandbox, spelling: Name) -> None:
    """Within certbulk, a record has the documented names in any spelling."""
    client = client_of(sandbox, spelling)
    client.delete(288901)
    records = client.list("Spa Day")
    assert [record["salon_ids"] for record in records] == [[720441, 720443]]
    assert all("location_ids" not in record for record in records)


def test_a_message_about_the_locations_names_their_column(
    sandbox: cb.Sandbox, spelling: Name
) -> None:
    """The service's name of the field leads to the column, in any spelling."""
    client = client_of(sandbox, spelling)
    with pytest.raises(cb.RejectedError) as caught:
        client.create(body(salon_ids=[1]))
    assert [*caught.value.fields] == ["salon_ids"]


def test_the_other_spelling_is_refused(sandbox: cb.Sandbox, spelling: Name) -> None:
    """The sandbox can insist on one spelling: of paths, and of the field."""
    with pytest.raises(cb.NotFoundError):
        client_of(sandbox, OTHER[spelling]).list()


def test_a_server_that_takes_either(sandbox: cb.Sandbox) -> None:
    """By default both reach the same handler, as the service itself does."""
    lists = [client_of(sandbox, name).list() for name in BOTH]
    assert lists[0] == lists[1]
    made = [client_of(sandbox, name).create(body(title=name)) for name in BOTH]
    assert [one["salon_ids"] for one in made] == [[720441], [720441]]


def test_the_setting(sandbox: cb.Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """CERTBULK_API_SPELLING chooses one; a wrong one is refused with the choices."""
    tokens: dict[str, Any] = {"partner_token": "p", "user_token": "u", "chain_id": 1}
    asked = {"base_url": sandbox.url, **tokens}
    sandbox.quirks = Quirks(spelling="newer")
    monkeypatch.setenv("CERTBULK_API_SPELLING", "newer")
    tokens |= {"partner_token": sandbox.partner_token, "user_token": sandbox.user_token}
    with cb.Client.from_env(**asked | tokens | {"chain_id": sandbox.chain_id}) as client:
        assert client.get(288901)["id"] == 288901
    monkeypatch.setenv("CERTBULK_API_SPELLING", "new")
    with pytest.raises(cb.SettingsError, match="CERTBULK_API_SPELLING must be documented or newer"):
        cb.Client.from_env(**asked)


@pytest.mark.parametrize("name", BOTH)
def test_a_spelling_sends_and_reads_its_own_field(name: Name) -> None:
    """What is sent is read back, and other parts stay as they are."""
    spelling = SPELLINGS[name]
    given = {"title": "A", "salon_ids": [1]}
    sent = spelling.sent(given)
    assert sent == {"title": "A", spelling.location_ids: [1]}
    assert spelling.read(dict(sent)) == given
    assert spelling.read({f"{spelling.location_ids}.0": ["no"]}) == {"salon_ids.0": ["no"]}
    assert spelling.read(["a"]) == ["a"]
    both = {"salon_ids": [1], spelling.location_ids: [2]}
    assert spelling.read(both) == {"salon_ids": both[spelling.location_ids]}
