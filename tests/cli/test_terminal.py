"""Real processes: a question at a real terminal, pipes, encodings, the sandbox."""

import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path

import psutil
import pytest
import requests

import certbulk as cb
from tests.applying.truth import writes
from tests.planning.sheets import LIVE, change, new
from tests.reading.files import raw_parts, zipped

from .conftest import csv

CERTBULK = [sys.executable, "-m", "certbulk"]
SECONDS = 60
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="terminals are as POSIX has them")


# A process of its own session, with its stdin as the terminal that Ctrl-C comes from.
AT_TERMINAL = (
    "import fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0);"
    "from certbulk.cli import main; main()"
)


def at_a_terminal(*words: str, answer: bytes, when: bytes = b"[y/N]") -> tuple[int, str]:
    """Run certbulk at a terminal, type `answer` when it asks, return its code and all it said."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    child = subprocess.Popen(
        [sys.executable, "-c", AT_TERMINAL, *words],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    said, typed, deadline = b"", False, time.monotonic() + SECONDS
    try:
        while time.monotonic() < deadline:
            ready, _, _ = select.select([ours], [], [], 0.1)
            if ready:
                try:
                    said += os.read(ours, 65536)
                except OSError:  # the child has closed the terminal
                    break
            elif when in said and not typed and _is_asleep(child):
                os.write(ours, answer)
                typed = True
        assert typed, said
        return child.wait(SECONDS), said.decode()
    finally:
        child.kill()
        child.wait()
        os.close(ours)


def _is_asleep(child: subprocess.Popen[bytes]) -> bool:
    """Return whether a process that says nothing more waits for the answer.

    Python does not notice a Ctrl-C of the moment between its prompt and the wait itself.
    """
    return psutil.Process(child.pid).status() == psutil.STATUS_SLEEPING


ANSWERS = [
    pytest.param(b"y\n", 0, True, id="yes"),
    pytest.param(b"\x03", 3, False, id="Ctrl-C"),
]


@pytest.mark.parametrize(("answer", "code", "sent"), ANSWERS)
def test_the_question(service: cb.Sandbox, answer: bytes, code: int, sent: bool) -> None:  # noqa: FBT001
    """The command says what it will send and where, and sends it only after a yes."""
    csv("types.csv", new(), change(288901, balance="51"), LIVE)
    ended, said = at_a_terminal("apply", "types.csv", answer=answer)
    assert "Send 1 create and 1 update to chain 706028" in said
    assert "Traceback" not in said
    assert ended == code
    assert len(writes(service.requests)) == (2 if sent else 0)
    assert Path("types.results.xlsx").exists() is sent


@pytest.mark.parametrize("when", [b"Login", b"Password"])
def test_ctrl_c_where_one_signs_in(service: cb.Sandbox, when: bytes) -> None:
    """Whoever is asked for login and password can go away; nobody has signed in."""
    words = ["--user", "me"] if when == b"Password" else []
    code, said = at_a_terminal("login", "--env-file", ".env", *words, answer=b"\x03", when=when)
    assert code == 3
    assert said.rstrip().endswith("certbulk: stopped.")
    assert not Path(".env").exists()
    assert service.requests == []


def test_signing_in(service: cb.Sandbox) -> None:
    """The password is not shown."""
    words = ["--user", service.server.login, "--env-file", ".env"]
    asked = b"Password: "  # what is typed before its last character is thrown away
    code, said = at_a_terminal("login", *words, answer=b"practice\n", when=asked)
    assert code == 0, said
    assert "practice\r\n" not in said.split("Password")[1]
    assert service.server.user_token in Path(".env").read_text()


def test_another_encoding(service: cb.Sandbox) -> None:
    """If stdout cannot carry a title's letters, as in a file on Windows, nothing breaks."""
    csv("types.csv", new(title="\u0421\u0435\u0440\u0442 10"), change(288901, balance="51"))
    done = subprocess.run(
        [*CERTBULK, "plan", "types.csv"],
        env={**os.environ, "PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"},
        capture_output=True,
        check=False,
        timeout=SECONDS,
    )
    assert b"Traceback" not in done.stderr
    assert done.returncode == 0
    assert b"+1 ~1 =0 !0" in done.stdout
    assert service.requests


def test_a_reader_that_goes_away() -> None:
    """`certbulk rules | head -1` is not an error worth a traceback."""
    with subprocess.Popen(
        [*CERTBULK, "rules"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdout.close()
        said = child.stderr.read()
    assert b"Traceback" not in said
    assert b"Exception ignored" not in said


def test_the_practice_server(tmp_path: Path) -> None:
    """It says where it listens and how to use it, serves, keeps its state, and ends at Ctrl-C."""
    state = tmp_path / "practice.json"
    with subprocess.Popen(
        [*CERTBULK, "sandbox", "--port", "0", "--state", str(state)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as child:
        try:
            assert child.stdout is not None
            lines = [child.stdout.readline() for _ in range(4)]
            given = dict(word.split("=", 1) for word in lines[3].split()[1:])
            with cb.Client.from_env(
                base_url=given["CERTBULK_BASE_URL"],
                chain_id=given["CERTBULK_CHAIN_ID"],
                partner_token=given["CERTBULK_PARTNER_TOKEN"],
                user_token=given["CERTBULK_USER_TOKEN"],
            ) as client:
                assert len(client.list()) == 9
            page = requests.get(lines[0].split("pages at ")[1].split(". ")[0], timeout=5)
            assert page.status_code == 200
            child.send_signal(signal.SIGINT)
            _, said = child.communicate(timeout=SECONDS)
            assert "Traceback" not in said
        finally:
            child.kill()  # a check that fails leaves nothing behind that is waited for
    assert child.returncode == 0
    assert state.exists()


def test_a_large_file_is_read_before_ones_eyes_and_ctrl_c_ends_it(tmp_path: Path) -> None:
    """The bar says what goes on; Ctrl-C is heard although the cells are read by native code."""
    cells = "".join(f'<c r="{letter}{{0}}"><v>1</v></c>' for letter in "ABCDEFGHIJKLMNOPQR")
    row = f'<row r="{{0}}">{cells}</row>'
    rows = "".join(row.format(number) for number in range(1, 200_001))
    large = zipped(tmp_path / "large.xlsx", raw_parts(rows))
    code, said = at_a_terminal("validate", str(large), answer=b"\x03", when=b"reading its cells")
    assert code == 3
    assert "Reading large.xlsx" in said
    assert "Validating" not in said  # nobody waited for the cells
    assert said.rstrip().endswith("certbulk: stopped.")
    assert "Traceback" not in said
