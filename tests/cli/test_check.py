"""`certbulk check`, and the vendor's mock server: recognised, tried, and never applied to."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest

import certbulk as cb
from certbulk.sandbox import Lies
from certbulk.settings.urls import DEFAULT_BASE_URL, is_mock_server
from tests.api.service import Asked, Service, answer, ok
from tests.cli.conftest import Run
from tests.conftest import ROOT

MOCK = "https://developer.alteg.io/_mock/en/b2b-v1/openapi"
SAMPLE = ROOT / "sample_data" / "certificate_types.xlsx"
RECORD = {"id": 289056, "title": "Gift Certificate 1000", "balance": 1000}

MockAt = Callable[[str], None]


@pytest.fixture
def mock_at(monkeypatch: pytest.MonkeyPatch) -> MockAt:
    """Put the address of a server on this machine into the table of mock servers."""

    def put(url: str) -> None:
        host = url.split("/")[2]
        monkeypatch.setattr("certbulk.settings.urls.MOCK_SERVERS", ((host, "/api/v1/"),))
        monkeypatch.setenv("CERTBULK_BASE_URL", url)

    return put


@pytest.fixture
def mock(mock_at: MockAt) -> Iterator[Service]:
    """A server that answers every request with the same record, as the vendor's does."""

    def by(asked: Asked) -> bytes:
        is_list = asked.method == "GET" and "?" in asked.target
        return ok([RECORD], {"total_count": 1}) if is_list else ok(RECORD)

    with Service(by=by) as service:
        mock_at(service.url)
        yield service


@pytest.mark.parametrize(
    ("address", "is_mock"),
    [
        (MOCK, True),
        (f"{MOCK}/", True),
        (f"{MOCK}/api/v1", True),
        ("https://DEVELOPER.alteg.io:443/_mock/ru/b2b-v1/openapi", True),
        (DEFAULT_BASE_URL, False),
        ("https://api.yclients.com/api/v1", False),
        ("https://developer.alteg.io/api/v1", False),
        ("https://developer.alteg.io.example/_mock/en", False),
        ("https://example.com/_mock/en/b2b-v1/openapi", False),
        ("https://developer.alteg.io/_mocked/en", False),
    ],
)
def test_the_address_of_the_mock_server(address: str, is_mock: bool) -> None:  # noqa: FBT001
    """In any language and version; no address that only looks like it."""
    assert is_mock_server(address) == is_mock


def test_one_request_each(certbulk: Run, mock: Service) -> None:
    """List, create, get and update, once each, without an account and without its tokens."""
    result = certbulk("check")
    assert result.exit_code == 0
    assert [asked.method for asked in mock.asked] == ["GET", "POST", "GET", "PUT"]
    assert all("Bearer mock, User mock" in a.headers["authorization"] for a in mock.asked)
    sent = mock.asked[1].json
    assert sent == mock.asked[3].json
    required = {"title", "balance", "is_multi", "item_type_id", "is_allow_empty_code"}
    required |= {"balance_edit_type_id", "service_ids", "salon_ids", "expiration", "online_sale"}
    assert required <= sent.keys()
    for words in (
        f"{mock.url} is the vendor's mock server.",
        "The form of the requests is accepted.",
        "keeps nothing",
        "--sandbox",
    ):
        assert words in result.stdout


def test_the_tokens_of_an_account_are_not_sent_to_it(
    certbulk: Run, mock: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They would be of no use there."""
    monkeypatch.setenv("CERTBULK_PARTNER_TOKEN", "partner-S3cret")
    monkeypatch.setenv("CERTBULK_USER_TOKEN", "user-S3cret")
    monkeypatch.setenv("CERTBULK_CHAIN_ID", "12")
    assert certbulk("check").exit_code == 0
    assert not [a for a in mock.asked if "S3cret" in str(a.headers)]
    assert all(asked.target.startswith("/api/v1/chain/12/") for asked in mock.asked)


def test_a_form_that_is_refused(certbulk: Run, mock_at: MockAt) -> None:
    """Exit code 1, and the server's own words; no request is repeated."""

    def by(asked: Asked) -> bytes:
        if asked.method == "POST":
            errors = {"message": "Invalid", "errors": {"salon_ids": ["must be an array"]}}
            return answer(422, {"success": False, "data": None, "meta": errors})
        return answer(503) if asked.method == "PUT" else ok([RECORD])

    with Service(by=by) as service:
        mock_at(service.url)
        result = certbulk("check", "--json")
    document = json.loads(result.stdout)
    assert result.exit_code == 1
    assert len(service.asked) == 4
    assert document["keeps"] is False
    took = {one["what"]: (one["accepted"], one["status"]) for one in document["requests"]}
    assert took["list"] == (True, 200)
    assert took["create"] == (False, 422)
    assert took["get"] == (False, 200)
    assert took["update"] == (False, 503)
    assert "salon_ids: must be an array" in str(document["requests"][1]["says"])


def test_nothing_is_applied_to_it(
    certbulk: Run, mock: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Refused before anything is read or sent, on the command line and in Python."""
    for name in ("PARTNER_TOKEN", "USER_TOKEN", "CHAIN_ID"):
        monkeypatch.setenv(f"CERTBULK_{name}", "1")
    result = certbulk("apply", SAMPLE, "--yes")
    assert result.exit_code == 2
    assert "keeps nothing: it is the vendor's mock server" in result.stderr
    assert "certbulk check" in result.stderr
    assert "--sandbox" in result.stderr
    assert mock.asked == []
    assert not Path("sample.results.xlsx").exists()


def test_nothing_is_applied_to_it_in_python(client: cb.Client, mock: Service) -> None:
    """A plan for it can be made, as it only reads; it is refused before anything is sent."""
    frame = pd.DataFrame({"id": [288902], "balance": [120]})
    plan = cb.plan(cb.validate(cb.read(frame)), client)
    with pytest.raises(cb.SettingsError, match="keeps nothing: it is the vendor's mock server"):
        cb.apply(plan, mock.client(), progress=False)
    assert mock.asked == []
    assert cb.runs().empty


def test_a_mock_server_that_is_down(certbulk: Run, mock_at: MockAt) -> None:
    """Nothing is known of the form then, so it is not called refused."""
    mock_at("http://127.0.0.1:9/api/v1")
    result = certbulk("check")
    assert result.exit_code == 2
    assert "The form of the requests is not known." in result.stdout
    assert "not accepted" not in result.stdout


def test_a_plan_for_it_is_warned_of(
    certbulk: Run, mock: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it lists is an example, and no chain of anybody."""
    for name in ("PARTNER_TOKEN", "USER_TOKEN", "CHAIN_ID"):
        monkeypatch.setenv(f"CERTBULK_{name}", "1")
    pd.DataFrame({"id": [289056], "balance": [120]}).to_csv("rows.csv", index=False)
    result = certbulk("plan", "rows.csv")
    assert "is the vendor's mock server: what it lists is an example" in result.stderr
    assert {asked.method for asked in mock.asked} == {"GET"}


def test_a_real_chain_is_only_read(certbulk: Run, service: cb.Sandbox) -> None:
    """At any other address, check lists and reads, and never creates."""
    before = service.types()
    result = certbulk("check")
    assert result.exit_code == 0
    assert "9 certificate types. One of them was read by its id. Nothing was changed." in (
        result.stdout
    )
    assert {seen.method for seen in service.requests} == {"GET"}
    assert service.types() == before
    with pytest.raises(cb.SettingsError, match="a create would be real there"):
        service.client().check_form()
    assert json.loads(certbulk("check", "--json").stdout)["keeps"] is True


def test_where_the_rules_of_the_house_are(
    certbulk: Run, service: cb.Sandbox, tmp_path: Path
) -> None:
    """The file in force with the number of its rules, or where one would be looked for."""
    assert service.url
    path = tmp_path / "settings" / "policy.toml"
    assert f"Rules of the house: none, there is no file ({path})." in certbulk("check").stdout
    path.parent.mkdir()
    path.write_text("most_creates = 3")
    assert f"Rules of the house: 1 rule ({path})." in certbulk("check").stdout
    policy = json.loads(certbulk("check", "--json").stdout)["policy"]
    assert (policy["path"], policy["rules"]) == (str(path), ["most_creates"])
    path.write_text("most_create = 3")
    result = certbulk("check")
    assert result.exit_code == 2
    assert "Did you mean most_creates?" in result.stderr


def test_a_service_that_answers_like_it(certbulk: Run, service: cb.Sandbox) -> None:
    """At an unknown address it is recognised by its answers, and only read."""
    service.lies = Lies(static=1)
    result = certbulk("check")
    assert result.exit_code == 1
    assert "seems to be a mock server" in result.stdout
    assert "keeps nothing" in result.stdout
    assert "--sandbox" in result.stdout
    assert {seen.method for seen in service.requests} == {"GET"}
