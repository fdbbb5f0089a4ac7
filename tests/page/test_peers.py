"""Which user is at the other end of a connection, and what comes of it."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from certbulk.page.host import peers
from certbulk.page.host.peers import own_users, refused_user, user_in
from tests.page.host import Host

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")
NOBODY = 65534
HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout"
LINE = "   0: {} {} {} 00000000:00000000 00:00000000 00000000  {}        0 2256941 1 0 100 0 0 10 0"
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


def line(peer: str, here: str, state: str, user: int) -> str:
    return "\n".join((HEAD, LINE.format(here, peer, "01", 7), LINE.format(peer, here, state, user)))


@pytest.mark.skipif(sys.byteorder != "little", reason="written as this machine has numbers")
@pytest.mark.parametrize(
    ("peer", "here", "written"),
    [
        (PEER, HERE, ("0100007F:9C40", "0100007F:22A3")),
        (
            PEER,
            HERE,
            ("0000000000000000FFFF00000100007F:9C40", "0000000000000000FFFF00000100007F:22A3"),
        ),
        (
            ("::1", 40000),
            ("::1", 8867),
            ("00000000000000000000000001000000:9C40", "00000000000000000000000001000000:22A3"),
        ),
    ],
)
def test_a_peer_is_found_in_the_tables(
    peer: tuple[str, int], here: tuple[str, int], written: tuple[str, str]
) -> None:
    """Its own end, not ours; by IPv4, by IPv6, and by IPv4 from a socket for IPv6."""
    assert user_in(line(*written, "01", 1000), peer, here) == ("01", 1000)
    assert user_in(line(*written, "01", 1000), (peer[0], 40001), here) is None
    assert user_in("", peer, here) is None


@pytest.mark.skipif(sys.byteorder != "little", reason="written as this machine has numbers")
@pytest.mark.parametrize(
    ("state", "user", "refused"),
    [("01", 1000, None), ("01", 0, None), ("01", 1001, 1001), ("06", 0, 0), ("05", 1001, 1001)],
)
def test_who_is_refused(
    state: str,
    user: int,
    refused: int | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Others are, and who sends everything blindly and hangs up: then the system tells 0."""
    table = tmp_path / "tcp"
    table.write_text(line("0100007F:9C40", "0100007F:22A3", state, user))
    monkeypatch.setattr(peers, "_TABLES", (tmp_path / "none", table))
    assert refused_user(PEER, HERE, {0, 1000}) == refused
    assert refused_user(PEER, HERE, ()) is None, "where no system tells, nobody is refused"
    assert refused_user(("127.0.0.1", 1), HERE, {1000}) is None, "it is in another system"


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
def test_a_connection_of_ones_own_is_known_as_such() -> None:
    """The system's own table says who has made it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        here = server.getsockname()
        with socket.create_connection(here) as client:
            found = user_in(Path("/proc/net/tcp").read_text(), client.getsockname(), here)
    assert found is not None
    assert found[1] in own_users()


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
