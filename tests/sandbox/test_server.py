import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from certbulk.sandbox import SEED, Limits, Seed, Server

from .talk import EXAMPLE_RECORD, TIMEOUT, Api, body


def test_the_address_is_on_this_computer_only(server: Server) -> None:
    """Port 0 finds a free port on 127.0.0.1."""
    assert server.url.startswith("http://127.0.0.1:")
    assert server.url.endswith("/api/v1")


def test_before_the_start_there_is_no_address() -> None:
    """The address is known once the port is."""
    with pytest.raises(RuntimeError, match="before it is started"):
        _ = Server().url


@pytest.mark.campaign
def test_stopping_is_quick_with_connections_open(api: Api) -> None:
    """A kept connection does not hold the server up, and is closed."""
    api.get()
    began = time.monotonic()
    api.server.stop()
    assert time.monotonic() - began < 0.5
    with pytest.raises(requests.ConnectionError):
        api.get()


def test_stopping_twice_and_starting_again(server: Server) -> None:
    """A stopped server stays readable, and starts again with what it had."""
    server.add({"title": "Kept"})
    server.stop()
    server.stop()
    assert server.types()[-1]["title"] == "Kept"
    server.start()
    with Api(server) as api:
        assert api.get(params={"title": "Kept"}).json()["meta"]["total_count"] == 1


def test_stopping_before_the_thread_is_ready() -> None:
    """However soon the stop comes, the port is closed and the thread is gone."""
    for _ in range(20):
        server = Server().start()
        server.stop()
        with pytest.raises(requests.ConnectionError, match="refused"):
            requests.get(server.url, timeout=TIMEOUT)


def test_starting_twice_is_a_mistake(server: Server) -> None:
    """A running server says so, with its address."""
    with pytest.raises(RuntimeError, match=server.url):
        server.start()


def test_a_taken_port_is_named(server: Server, tmp_path: Path) -> None:
    """The error tells address and port, and the state file is let go."""
    port = int(server.url.split(":")[2].partition("/")[0])
    state = tmp_path / "types.json"
    with pytest.raises(OSError, match=f"cannot listen on 127.0.0.1:{port}"):
        Server(state, port=port).start()
    with Server(state):
        pass


def test_many_clients_at_once() -> None:
    """Creates from many threads each get an id of their own, and none is lost."""
    with Server(limits=Limits(per_second=None, per_minute=None)) as server:

        def create(number: int) -> int:
            with Api(server) as api:
                return int(api.create(body(title=f"Card {number}")).json()["data"]["id"])

        with ThreadPoolExecutor(16) as pool:
            ids = list(pool.map(create, range(100)))
        assert sorted(ids) == list(range(289056, 289156))
        assert len(server.types()) == 109
        assert [seen.number for seen in server.requests] == list(range(1, 101))


def test_records_change_behind_the_clients_back(api: Api) -> None:
    """edit, issue, add and remove show at once; what they and `types` return are copies."""
    server = api.server
    server.edit(288901, title="Edited", balance=51)
    server.issue(288902, 2)
    server.issue(288902)
    server.remove(288904)
    added = server.add({"title": "Added"}, chain_id=706555)
    assert api.one(288901).json()["data"]["title"] == "Edited"
    assert api.one(288902).json()["data"]["released_total"] == 3
    assert api.one(288904).status_code == 404
    assert (added["id"], added["company_group_id"]) == (289056, 706555)
    assert list(added) == list(EXAMPLE_RECORD)
    assert added in server.types(706555)
    for mine in (server.types()[0], server.edit(288901), server.issue(288901), added):
        mine["salon_ids"].append(1)
    assert not any(1 in one["salon_ids"] for one in server.types() + server.types(706555))
    assert not any(1 in one["salon_ids"] for one in SEED.types)


def test_an_added_record_may_bring_its_id(server: Server) -> None:
    """Ids given stay, and later ones are above them."""
    assert server.add({"id": 300000})["id"] == 300000
    assert server.add({})["id"] == 300001


def test_wrong_names_are_refused(server: Server) -> None:
    """A type that is not there, and a field that records do not have, are the caller's mistakes."""
    with pytest.raises(ValueError, match="no such field: price"):
        server.edit(288901, price=1)
    with pytest.raises(ValueError, match="no such field: expiration"):
        server.add({"expiration": {}})
    for call in (server.issue, server.remove, server.edit):
        with pytest.raises(KeyError):
            call(1)


def test_another_seed() -> None:
    """A server may start with other data; its first chain is the default one."""
    seed = Seed(chains=SEED.chains[1:], types=(), next_id=5)
    with Server(seed=seed, limits=Limits(per_second=None)) as server, Api(server) as api:
        assert server.chain_id == 706555
        assert server.types() == []
        assert api.create(body(salon_ids=[731001])).json()["data"]["id"] == 5


def test_other_tokens() -> None:
    """The tokens can be chosen."""
    with Server(partner_token="p", user_token="u") as server, Api(server) as api:
        assert (server.partner_token, server.user_token) == ("p", "u")
        assert api.get().status_code == 200


def test_the_documentation_page(api: Api) -> None:
    """/docs explains every route with a summary, and / leads there."""
    root = api.server.url.removesuffix("/api/v1")
    assert requests.get(root, timeout=TIMEOUT).url == f"{root}/docs"
    paths = requests.get(f"{root}/openapi.json", timeout=TIMEOUT).json()["paths"]
    operations = [one for path in paths.values() for one in path.values()]
    assert len(operations) == 16
    assert all(one["summary"] and one["description"] for one in operations)
    assert api.server.requests == []
    create = paths["/api/v1/chain/{chain_id}/loyalty/certificate_types"]["post"]
    shown = create["responses"]["200"]["content"]["application/vnd.api.v2+json"]["example"]
    assert shown["data"] == EXAMPLE_RECORD


def test_the_documentation_page_loads_nothing(api: Api) -> None:
    """It has no script, names no other host, and forbids the browser to load anything."""
    root = api.server.url.removesuffix("/api/v1")
    answer = requests.get(f"{root}/docs", timeout=TIMEOUT)
    page = answer.text
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    for word in ("<script", "<link", "<img", "src=", "href=", "http:", "https:", "@import", "url("):
        assert word not in page.lower(), word
    for path in requests.get(f"{root}/openapi.json", timeout=TIMEOUT).json()["paths"]:
        assert path in page
    assert requests.get(f"{root}/redoc", timeout=TIMEOUT).status_code == 404
    assert requests.get(f"{root}/docs/oauth2-redirect", timeout=TIMEOUT).status_code == 404


@pytest.mark.campaign
@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent in another way there")
def test_in_the_foreground_until_interrupted() -> None:
    """serve_forever runs until Ctrl-C, and ends without a traceback."""
    program = """
from certbulk.sandbox import Server
server = Server().start()
print(server.url, flush=True)
server.serve_forever()
print("stopped")
"""
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", program],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert requests.get(f"{url}/groups", timeout=TIMEOUT).status_code == 400
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=10)
    assert (process.returncode, out, err) == (0, "stopped\n", "")


def test_no_thread_is_left(server: Server) -> None:
    """The server's thread ends with it."""
    server.stop()
    assert "sandbox" not in {thread.name for thread in threading.enumerate()}
