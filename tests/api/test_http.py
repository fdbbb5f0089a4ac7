"""What leaves the machine, where it goes, and what is not followed."""

import json
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from urllib3.util import connection

import certbulk as cb
from certbulk.sandbox import Faults
from tests.conftest import FakeClock
from tests.sandbox.talk import EXAMPLE_RECORD, body

from .service import CHAIN, PARTNER, USER, Service, answer, listing, ok

TOKENS = f"Bearer {PARTNER}, User {USER}"
TYPES = f"/api/v1/chain/{CHAIN}/loyalty/certificate_types"


def everything(client: cb.Client) -> None:
    """Make one call of each kind."""
    client.list()
    client.get(1)
    client.create(body(title="Gutschein für 1000"))
    client.update(1, body())
    client.delete(1)


RECORD = ok({**EXAMPLE_RECORD, "id": 1})


def test_every_request_has_the_headers() -> None:
    """Accept and both tokens go with each request, a content type if there is a body."""
    with Service(listing([]), RECORD) as service:
        everything(service.client())
    assert [(a.method, a.target.partition("?")[0]) for a in service.asked] == [
        ("GET", TYPES),
        ("GET", f"{TYPES}/1"),
        ("POST", TYPES),
        ("PUT", f"{TYPES}/1"),
        ("DELETE", f"{TYPES}/1"),
    ]
    for asked in service.asked:
        assert asked.headers["accept"] == "application/vnd.api.v2+json"
        assert asked.headers["authorization"] == TOKENS
        has_body = asked.method in {"POST", "PUT"}
        assert (asked.headers.get("content-type") == "application/json") is has_body
        assert bool(asked.body) is has_body
    assert service.asked[2].json == body(title="Gutschein für 1000")


def test_amounts_are_numbers_and_flags_are_flags() -> None:
    """The body goes out as JSON of the types it was made of."""
    sent = body(balance=1000.5, is_multi=False, service_ids=[])
    with Service(RECORD) as service:
        service.client().create(sent)
    text = service.asked[0].body.decode()
    assert json.loads(text) == sent
    assert '"balance": 1000.5' in text.replace('":', '": ').replace("  ", " ")


@pytest.mark.parametrize("machine", ["127.0.0.1", "default"])
def test_a_netrc_does_not_replace_the_tokens(
    machine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Passwords for the host in ~/.netrc are not sent in place of the tokens."""
    netrc = tmp_path / "netrc"
    who = f"machine {machine}" if machine != "default" else machine
    netrc.write_text(f"{who} login somebody password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    with Service(listing([])) as service:
        service.client().list()
    assert service.asked[0].headers["authorization"] == TOKENS


@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"])
def test_no_proxy_on_this_machine(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy in the environment is for the network, not for the sandbox."""
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    with Service(answer(500)) as proxy, Service(listing([])) as service:
        monkeypatch.setenv(name, proxy.url.removesuffix("/api/v1"))
        assert service.client().list() == []
        assert proxy.asked == []


REDIRECTS = [300, 301, 302, 303, 307, 308]


@pytest.mark.parametrize("status", REDIRECTS)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
def test_redirects_are_never_followed(status: int, method: str) -> None:
    """The tokens go to the base URL and nowhere else, whatever the answer points to."""
    with (
        Service(RECORD) as elsewhere,
        Service(answer(status, {}, Location=elsewhere.url + "/steal")) as service,
    ):
        client = service.client()
        calls = {
            "GET": lambda: client.get(1),
            "POST": lambda: client.create(body()),
            "PUT": lambda: client.update(1, body()),
        }
        with pytest.raises(cb.ServiceError) as caught:
            calls[method]()
        assert elsewhere.asked == []
        assert len(service.asked) == 1
    assert caught.value.status == status
    assert (caught.value.code == "unreachable") is (method == "GET")
    if method != "GET":
        assert isinstance(caught.value, cb.OutcomeUnknownError)
    assert "redirect" in str(caught.value)


REFUSED_URLS = [
    pytest.param("http://api.alteg.io/api/v1", "Without TLS", id="no TLS"),
    pytest.param("http://192.168.0.7/api/v1", "Without TLS", id="no TLS in a home"),
    pytest.param("http://localhost.example.com/", "Without TLS", id="looks local"),
    pytest.param("http://127.0.0.1.example.com/", "Without TLS", id="looks local too"),
    pytest.param("http://0.0.0.0:80/", "Without TLS", id="any address"),
    pytest.param("https://name:secret@api.alteg.io/api/v1", "password", id="credentials"),
    pytest.param("https://secret@api.alteg.io/api/v1", "password", id="a name"),
    pytest.param("http://localhost\\@api.alteg.io/", "", id="a backslash"),
    pytest.param("http://api.alteg.io\\@localhost/", "", id="another backslash"),
    pytest.param("ftp://api.alteg.io/", "look like", id="another scheme"),
    pytest.param("api.alteg.io/api/v1", "look like", id="no scheme"),
    pytest.param("https://", "look like", id="no host"),
    pytest.param("", "look like", id="empty"),
    pytest.param("javascript:alert(1)", "look like", id="a script"),
    pytest.param("file:///etc/passwd", "look like", id="a file"),
    pytest.param("https://api.alteg.io/api/v1?token=secret", "[?]", id="a query"),
    pytest.param("https://api.alteg.io/#secret", "#", id="a fragment"),
    pytest.param("https://[::1", "", id="half an address"),
    pytest.param("https://api.alteg.io:port/", "", id="no port"),
    pytest.param("https://api.alteg.io:99999/", "", id="a port too high"),
    pytest.param("https://api alteg.io/", "", id="a space"),
    pytest.param("https://api.alteg.io/a b\nc", "", id="a line break"),
]


@pytest.mark.parametrize(("url", "says"), REFUSED_URLS)
def test_base_urls_that_are_refused(url: str, says: str) -> None:
    """Before anything is sent: no plain http to another machine, no passwords, no nonsense."""
    with pytest.raises(cb.SettingsError, match=says or None) as caught:
        cb.Client(url, CHAIN, PARTNER, USER)
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "https://api.alteg.io/api/v1",
        "https://api.yclients.com/api/v1/",
        "  https://api.alteg.io/api/v1  ",
        "https://developer.alteg.io/_mock/en/b2b-v1/openapi",
        "http://127.0.0.1:8765/api/v1",
        "http://localhost:8765/api/v1",
        "http://[::1]:8765/api/v1",
        "HTTP://LocalHost:8765/api/v1",
    ],
)
def test_base_urls_that_are_taken(url: str) -> None:
    """TLS to anywhere, plain http to this machine; a slash at the end makes no difference."""
    client = cb.Client(url, CHAIN, PARTNER, USER)
    assert client.base_url == url.strip().rstrip("/")
    client.close()


def test_a_slash_at_the_end_does_not_double(sandbox: cb.Sandbox) -> None:
    """The sandbox answers 404 for a doubled slash, so this would show."""
    client = sandbox.client(base_url=sandbox.url + "/")
    assert len(client.list()) == 9


NO_CHAINS = [None, 0, -1, True, 706028.0, "", "x", "-1", "7.0", "9" * 5000, [706028]]


@pytest.mark.parametrize("chain", NO_CHAINS, ids=lambda chain: repr(chain)[:12])
def test_a_chain_is_needed(chain: Any) -> None:
    """A client without a chain, or with what is not an id of one, is refused at once."""
    with pytest.raises(cb.SettingsError, match="chain_id"):
        cb.Client("https://api.alteg.io/api/v1", chain, PARTNER, USER)


@pytest.mark.parametrize("chain", [706028, "706028", " 706028 ", np.int64(706028)])
def test_a_chain_is_a_whole_number_or_its_digits(chain: Any) -> None:
    """As it comes from a frame, from the environment or from a form."""
    client = cb.Client("https://api.alteg.io/api/v1", chain, PARTNER, USER)
    assert type(client.chain_id) is int
    assert client.chain_id == 706028


def test_connections_are_reused(sandbox: cb.Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """One thread opens one connection for many requests."""
    opened: list[object] = []
    really = connection.create_connection

    def counted(*args: Any, **options: Any) -> socket.socket:
        opened.append(args)
        return really(*args, **options)

    monkeypatch.setattr(connection, "create_connection", counted)
    client = sandbox.client(clock=FakeClock())
    for _ in range(3):
        client.get(288901)
    assert len(opened) == 1


def test_a_closed_client_leaves_no_socket_open(sandbox: cb.Sandbox) -> None:
    """Leaving the client closes its connections: a warning about a socket would be an error."""
    folder = Path("/proc/self/fd")
    if not folder.exists():
        pytest.skip("this system does not list open files")
    client = sandbox.client()
    client.get(288901)
    before = len(list(folder.iterdir()))
    client.close()
    assert len(list(folder.iterdir())) < before


def test_delete_understands_both_documented_answers(sandbox: cb.Sandbox) -> None:
    """A delete answers 200 with null, or 204 with nothing."""
    with Service(ok(None), answer(204, raw=b"")) as service:
        client = service.client()
        client.delete(1)
        client.delete(2)
        assert service.count("DELETE") == 2
    assert sandbox.requests == []


READS: dict[str, Callable[[cb.Client], object]] = {
    "the list of certificate types": lambda client: client.list(),
    "certificate type 288901": lambda client: client.get(288901),
    "the chain's locations": lambda client: client.locations(),
    "the services of location 720441": lambda client: client.services(720441),
    "the chain's service categories": lambda client: client.service_categories(),
}


@pytest.mark.parametrize("what", READS)
def test_a_read_that_fails_says_what_where_and_what_next(sandbox: cb.Sandbox, what: str) -> None:
    """Nobody has to guess which address was called, for what, and what to do about it."""
    client = sandbox.client(clock=FakeClock(), jitter=lambda: 1.0)
    sandbox.faults = Faults(server_error=1.0)
    with pytest.raises(cb.ServiceError) as failed:
        READS[what](client)
    sandbox.server.stop()
    with pytest.raises(cb.ServiceError) as unreached:
        READS[what](client)
    host = f"127.0.0.1:{sandbox.url.split(':')[2].split('/')[0]}"
    said = str(failed.value)
    assert said.startswith(f"The service failed when it was asked for {what} ({host}: HTTP 5")
    assert said.endswith(". Try again in a few minutes.")
    assert str(unreached.value) == (
        f"The service could not be reached when it was asked for {what} ({host}: connection "
        "refused). Check the network and the base URL, and try again."
    )
    assert not any(token in str(unreached.value) for token in (PARTNER, USER))


def test_a_wrong_base_url_is_said(sandbox: cb.Sandbox) -> None:
    """A list that is not there is no missing certificate type."""
    client = sandbox.client(base_url=f"{sandbox.url}/wrong")
    with pytest.raises(cb.NotFoundError, match=r"does not know the list .* the base URL"):
        client.list()


def test_a_write_that_fails_is_short(sandbox: cb.Sandbox) -> None:
    """Its message is beside its row: where it was to go, and why it did not."""
    client = sandbox.client(clock=FakeClock(), jitter=lambda: 1.0)
    sandbox.server.stop()
    with pytest.raises(cb.UnavailableError, match=r"could not be reached \(127.*refused\)\.$"):
        client.create({})
