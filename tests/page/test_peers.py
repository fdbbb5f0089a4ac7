"""Which user is at the other end of a connection, and what comes of it."""

import os
import socket
import subprocess
import sys

import pytest

from certbulk.page.host import peers
from certbulk.page.host.peers import own_users, refused_user, user_of
from tests.page.host import Host


def has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")
NOBODY = 65534
PEER, HERE = ("127.0.0.1", 40000), ("127.0.0.1", 8867)

ASK = """
import encodings.idna, os, socket, sys
if len(sys.argv) > 2:
    os.setgid(int(sys.argv[2]))
    os.setuid(int(sys.argv[2]))
line = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 20)
try:
    line.sendall(b"GET / HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n")
    print(line.recv(100).partition(b"\\r")[0].decode() or "nothing")
except OSError:
    print("nothing")
"""


@pytest.mark.parametrize(
    ("state", "user", "refused"),
    [(1, 1000, None), (1, 0, None), (1, 1001, 1001), (6, 0, 0), (5, 1001, 1001)],
)
def test_who_is_refused(
    state: int, user: int, refused: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Others are, and who sends everything blindly and hangs up: then the system tells 0."""
    monkeypatch.setattr(peers, "user_of", lambda *_: (state, user))
    assert refused_user(PEER, HERE, {0, 1000}) == refused
    assert refused_user(PEER, HERE, ()) is None, "where no system tells, nobody is refused"
    monkeypatch.setattr(peers, "user_of", lambda *_: None)
    assert refused_user(PEER, HERE, {1000}) is None, "it is in another system"


@LINUX
def test_the_users_who_may(monkeypatch: pytest.MonkeyPatch) -> None:
    """This one and root; with sudo also the one who called it, but nobody who only says so."""
    monkeypatch.setenv("SUDO_UID", "1001")
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert own_users() == {0, 1000}
    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert own_users() == {0, 1001}
    monkeypatch.setenv("SUDO_UID", "x")
    assert own_users() == {0}


@LINUX
@pytest.mark.parametrize("mapped", [False, True])
def test_a_connection_of_ones_own_is_known_as_such(mapped: bool) -> None:  # noqa: FBT001
    """Also one by IPv4 from a socket for IPv6; of one that there is not, nothing is known."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        here = server.getsockname()
        family = socket.AF_INET6 if mapped else socket.AF_INET
        with socket.socket(family) as client:
            client.connect(("::ffff:127.0.0.1" if mapped else "127.0.0.1", here[1]))
            peer = ("127.0.0.1", client.getsockname()[1])
            assert user_of(peer, here) == (1, os.geteuid())
            assert user_of(("127.0.0.1", 1), here) is None


@LINUX
@pytest.mark.skipif(not has_ipv6(), reason="there is no IPv6 here")
def test_a_connection_by_ipv6_is_known_as_well() -> None:
    """A name of the page's own leads there, too."""
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as server:
        here = server.getsockname()
        with socket.create_connection(here[:2]) as client:
            assert user_of(client.getsockname()[:2], here[:2]) == (1, os.geteuid())


@LINUX
@pytest.mark.skipif(peers.own_users() != {0}, reason="only root can be somebody else for a test")
def test_another_user_gets_no_answer() -> None:
    """Whatever their program knows: its connection ends, and the person is told whose it was."""
    with Host() as host:
        ask = [sys.executable, "-I", "-c", ASK, str(host.address.port)]

        def said(*user: str) -> str:
            done = subprocess.run([*ask, *user], capture_output=True, text=True, check=True)
            return done.stdout.strip()

        assert said() == "HTTP/1.1 404 Not Found"
        assert said(str(NOBODY)) == "nothing"
        assert host.refused == [NOBODY]
        assert len(host.server.strangers) == 0
